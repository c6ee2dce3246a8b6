package io.dflockd.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes and reads the lock table and the sessions that own parts of it. */
final class LocksSnapshot {
    private final Locks locks;
    private final Sessions sessions;
    private final Deadlines deadlines;
    private final Footprint footprint;
    private final Map<Long, Hold> holdsByFence = new LinkedHashMap<>();
    private final Map<Long, Waiter> waitersByTicket = new LinkedHashMap<>();

    LocksSnapshot(Engine engine) {
        this.locks = engine.locks;
        this.sessions = engine.sessions;
        this.deadlines = engine.deadlines;
        this.footprint = engine.footprint;
    }

    static void write(Locks locks, Sessions sessions, DataOutput out) throws IOException {
        out.writeLong(locks.lastFence);
        out.writeInt(locks.resources.size());
        for (var resource : locks.resources.values()) {
            writeResource(resource, out);
        }
        writeIdle(locks.idle, out);
        out.writeInt(sessions.count());
        for (var session : sessions.all()) {
            writeSession(session, out);
        }
    }

    void read(DataInput in) throws IOException {
        locks.lastFence = in.readLong();
        for (int rest = in.readInt(); rest > 0; rest--) {
            readResource(in);
        }
        for (int rest = in.readInt(); rest > 0; rest--) {
            locks.idle.add(locks.existing(Snapshot.readString(in)));
        }
        for (int rest = in.readInt(); rest > 0; rest--) {
            readSession(in);
        }
    }

    private static void writeResource(Resource resource, DataOutput out) throws IOException {
        Snapshot.writeString(resource.key, out);
        out.writeLong(resource.limit);
        out.writeLong(resource.lastUsedMs);
        out.writeInt(resource.holderCount());
        for (var hold : resource.holders()) {
            writeHold(hold, out);
        }
        out.writeInt(resource.waiterCount());
        for (var waiter : resource.waiters()) {
            writeWaiter(waiter, out);
        }
    }

    private void readResource(DataInput in) throws IOException {
        var resource = new Resource(Snapshot.readString(in), in.readLong());
        resource.lastUsedMs = in.readLong();
        locks.resources.put(resource.key, resource);
        footprint.add(Footprint.RESOURCE_BYTES + resource.key.length());
        for (int rest = in.readInt(); rest > 0; rest--) {
            readHold(resource, in);
        }
        for (int rest = in.readInt(); rest > 0; rest--) {
            readWaiter(resource, in);
        }
    }

    private static void writeHold(Hold hold, DataOutput out) throws IOException {
        out.writeLong(hold.sessionId);
        out.writeByte(hold.mode.code());
        out.writeLong(hold.fence);
        out.writeLong(hold.salt);
        out.writeLong(hold.leaseMs);
        out.writeLong(hold.deadlineMs);
    }

    private void readHold(Resource resource, DataInput in) throws IOException {
        var hold = new Hold(
                resource, in.readLong(), Mode.ofCode(in.readByte()), in.readLong(), in.readLong(), in.readLong());
        deadlines.schedule(hold, in.readLong());
        resource.add(hold);
        holdsByFence.put(hold.fence, hold);
        footprint.countHolds(1);
    }

    private static void writeWaiter(Waiter waiter, DataOutput out) throws IOException {
        out.writeLong(waiter.session.id);
        out.writeByte(waiter.mode.code());
        out.writeLong(waiter.leaseMs);
        out.writeLong(waiter.salt);
        out.writeLong(waiter.ticket);
        out.writeBoolean(waiter.reserved);
        out.writeLong(waiter.request);
        if (waiter.hasRequest()) {
            out.writeLong(waiter.deadlineMs);
        }
    }

    private void readWaiter(Resource resource, DataInput in) throws IOException {
        var session = sessions.open(in.readLong());
        var waiter = new Waiter(
                resource,
                session,
                Mode.ofCode(in.readByte()),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readBoolean());
        waiter.request = in.readLong();
        if (waiter.hasRequest()) {
            deadlines.schedule(waiter, in.readLong());
        }
        resource.add(waiter);
        waitersByTicket.put(waiter.ticket, waiter);
        footprint.countWaiters(1);
    }

    private static void writeIdle(IdleResources idle, DataOutput out) throws IOException {
        int count = 0;
        for (var resource = idle.oldest(); resource != null; resource = resource.idleAfter) {
            count++;
        }
        out.writeInt(count);
        for (var resource = idle.oldest(); resource != null; resource = resource.idleAfter) {
            Snapshot.writeString(resource.key, out);
        }
    }

    private static void writeSession(Session session, DataOutput out) throws IOException {
        out.writeLong(session.id);
        out.writeInt(session.holds.size());
        for (var hold : session.holds.all()) {
            out.writeLong(hold.fence);
        }
        out.writeInt(session.waiters.size());
        for (var waiter : session.waiters.all()) {
            out.writeLong(waiter.ticket);
        }
        out.writeInt(session.reservations().size());
        for (var entry : session.reservations().entrySet()) {
            writeReservation(entry.getKey(), entry.getValue(), out);
        }
        writeStrings(session.expired.all(), out);
    }

    private void readSession(DataInput in) throws IOException {
        var session = sessions.reopen(in.readLong());
        for (int rest = in.readInt(); rest > 0; rest--) {
            session.holds.add(hold(in.readLong()));
        }
        for (int rest = in.readInt(); rest > 0; rest--) {
            session.waiters.add(waiter(in.readLong()));
        }
        for (int rest = in.readInt(); rest > 0; rest--) {
            readReservation(session, in);
        }
        for (int rest = in.readInt(); rest > 0; rest--) {
            session.addExpired(Snapshot.readString(in));
        }
    }

    private static void writeReservation(String key, Reservation reservation, DataOutput out) throws IOException {
        Snapshot.writeString(key, out);
        var hold = reservation.hold;
        var waiter = reservation.waiter;
        out.writeBoolean(hold != null);
        if (hold != null) {
            out.writeLong(hold.fence);
        } else if (waiter != null) {
            out.writeLong(waiter.ticket);
        } else {
            throw new IllegalStateException("a reservation of " + key + " that is neither held nor waited for");
        }
    }

    private void readReservation(Session session, DataInput in) throws IOException {
        var key = Snapshot.readString(in);
        var reservation = new Reservation();
        if (in.readBoolean()) {
            reservation.hold = hold(in.readLong());
        } else {
            reservation.waiter = waiter(in.readLong());
        }
        session.reserve(key, reservation);
    }

    private static void writeStrings(Collection<String> strings, DataOutput out) throws IOException {
        out.writeInt(strings.size());
        for (var string : strings) {
            Snapshot.writeString(string, out);
        }
    }

    private Hold hold(long fence) throws IOException {
        var hold = holdsByFence.get(fence);
        if (hold == null) {
            throw new IOException("a session owns hold " + fence + ", which is not in the snapshot");
        }
        return hold;
    }

    private Waiter waiter(long ticket) throws IOException {
        var waiter = waitersByTicket.get(ticket);
        if (waiter == null) {
            throw new IOException("a session owns waiter " + ticket + ", which is not in the snapshot");
        }
        return waiter;
    }
}
