package io.dflockd.engine;

import java.io.IOException;

/** The lock table: resources with their holders and queues, and the order in which the idle ones are forgotten. */
final class LocksSnapshot {
    private static final Mode[] MODES = Mode.values();

    private LocksSnapshot() {}

    static void write(Locks locks, SnapshotOutput out) throws IOException {
        out.number(locks.lastFence);
        out.all(locks.resources.all(), resource -> writeResource(resource, out));
        out.all(locks.resources.idle(), resource -> out.text(resource.key));
    }

    static void read(Engine engine, SnapshotInput in) throws IOException {
        engine.locks.lastFence = in.number();
        in.all(() -> readResource(engine, in));
        in.all(() -> {
            var key = in.text();
            var resource = engine.locks.resources.find(key);
            if (resource == null || !resource.isUnused() || resource.idle) {
                throw new IOException("broken snapshot: " + key + " cannot be idle");
            }
            engine.locks.resources.restoreIdle(resource);
        });
    }

    private static void writeResource(Resource resource, SnapshotOutput out) throws IOException {
        out.text(resource.key);
        out.number(resource.limit);
        out.number(resource.lastUsedMs);
        out.all(resource.holders(), hold -> writeHold(hold, out));
        out.all(resource.waiters(), waiter -> writeWaiter(waiter, out));
    }

    private static void readResource(Engine engine, SnapshotInput in) throws IOException {
        var resource = engine.locks.resources.add(in.text(), in.number());
        resource.lastUsedMs = in.number();
        in.all(() -> readHold(resource, engine, in));
        in.all(() -> readWaiter(resource, engine, in));
    }

    /** Whose it is follows with the sessions. */
    private static void writeHold(Hold hold, SnapshotOutput out) throws IOException {
        out.owner(hold.owner);
        out.constant(hold.mode);
        out.number(hold.fence);
        out.number(hold.salt);
        out.number(hold.leaseMs);
        out.number(hold.sinceMs);
        out.number(hold.deadlineMs);
    }

    private static void readHold(Resource resource, Engine engine, SnapshotInput in) throws IOException {
        var hold = new Hold(
                resource, null, in.owner(), in.constant(MODES), in.number(), in.number(), in.number(), in.number());
        engine.deadlines.schedule(hold, in.number());
        engine.footprint.count(Footprint.Thing.HOLD, 1);
        engine.owners.countHold(hold.owner, 1);
        resource.add(hold);
        in.remember(hold);
    }

    private static void writeWaiter(Waiter waiter, SnapshotOutput out) throws IOException {
        out.session(waiter.session);
        out.constant(waiter.mode);
        out.number(waiter.leaseMs);
        out.number(waiter.salt);
        out.number(waiter.ticket);
        out.number(waiter.sinceMs);
        out.flag(waiter.reserved);
        out.flag(waiter.inMs);
        out.owner(waiter.owner);
        out.flag(waiter.hasRequest());
        if (waiter.hasRequest()) {
            out.number(waiter.request);
            out.number(waiter.deadlineMs);
        }
    }

    private static void readWaiter(Resource resource, Engine engine, SnapshotInput in) throws IOException {
        var waiter = new Waiter(
                resource,
                in.session(),
                in.constant(MODES),
                in.number(),
                in.number(),
                in.number(),
                in.number(),
                in.flag());
        waiter.inMs = in.flag();
        waiter.owner = in.owner();
        if (in.flag()) {
            engine.waits.enter(waiter, in.number(), in.number());
        }
        engine.footprint.count(Footprint.Thing.WAITER, 1);
        engine.owners.countWaiter(waiter.owner, 1);
        resource.add(waiter);
        in.remember(waiter);
    }
}
