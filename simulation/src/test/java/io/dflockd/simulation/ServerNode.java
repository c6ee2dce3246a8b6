package io.dflockd.simulation;

import io.dflockd.engine.Action;
import io.dflockd.engine.Engine;
import io.dflockd.engine.SmallSteps;
import io.dflockd.service.RequestHandler;
import io.dflockd.service.ServiceSettings;
import io.dflockd.service.access.AuditTrail;
import io.dflockd.service.access.Gate;
import io.dflockd.service.access.Identities;
import io.dflockd.service.driver.Alarm;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.session.Replies;
import io.dflockd.service.stats.ServerCounters;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A machine with a server: its clock and its disk survive a crash, the process with driver, handler and connections does
 * not. All that happens in it happens in the one thread of the simulation, so each event is a turn.
 */
final class ServerNode {
    private static final long MS = VirtualTime.MS;
    private static final long MOST_ANSWER_BYTES = 1 << 20;
    private static final int MOST_BATCHES_AT_ONCE = 4;
    private static final double SNAPSHOT = 0.02;

    final int id;
    final SkewedClock clock;
    final Replica replica;
    private final VirtualTime time;
    private final Mutation mutation;
    private final RunSettings settings;
    private final Witness witness;
    private final Set<ServerConnection> connections = new LinkedHashSet<>();
    /** What is to happen when the process is not paused any more, in its order. */
    private final List<Runnable> held = new ArrayList<>();
    private final ArrayDeque<ServerConnection> touched = new ArrayDeque<>();

    /** The newest on disk. */
    private Snapshot snapshot = new Snapshot(null, 0, 0, -1);
    private int life;
    private boolean up;
    private long slowest = 2 * MS;
    private SimulatedJournal journal;
    private EngineDriver driver;
    private RequestHandler handler;
    private int applied;
    private long appliedTerm;
    private long appliedNumber;
    private boolean applying;
    private long lastEventAt;

    /** An engine as it was after so many entries, the last batch of which was this one. */
    static final class Snapshot {
        private final byte @Nullable [] octets;
        private final int applied;
        private final long term;
        private final long number;

        Snapshot(byte @Nullable [] octets, int applied, long term, long number) {
            this.octets = octets;
            this.applied = applied;
            this.term = term;
            this.number = number;
        }

        /** Whether it is of anything. */
        boolean isThere() {
            return octets != null;
        }

        int applied() {
            return applied;
        }
    }

    ServerNode(int id, VirtualTime time, Replica replica, RunSettings settings, Mutation mutation,
            Witness witness) {
        this.id = id;
        this.time = time;
        this.replica = replica;
        this.settings = settings;
        this.mutation = mutation;
        this.witness = witness;
        this.clock = new SkewedClock(time);
    }

    boolean isUp() {
        return up;
    }

    /** Whether clients are served: also by one who led until now and does not know better. */
    boolean isOpen() {
        return up && journal.isLeading();
    }

    int applied() {
        return applied;
    }

    Engine engine() {
        return driver.engine();
    }

    Snapshot snapshot() {
        return snapshot;
    }

    RequestHandler handler() {
        return handler;
    }

    /** How long threads of this machine may let others wait. */
    void setSlowest(long nanos) {
        slowest = nanos;
    }

    /** Lets it happen if the process lives on until then, when it runs. */
    void after(long nanos, Runnable what) {
        int ownLife = life;
        time.after(nanos, () -> {
            if (life == ownLife && isPaused()) {
                held.add(what);
            } else if (life == ownLife) {
                what.run();
            }
        });
    }

    private boolean isPaused() {
        return replica.pausedUntil > time.now();
    }

    /** Stops the process as it stands, for so long. */
    void pause(long nanos) {
        replica.pausedUntil = Math.max(replica.pausedUntil, time.now() + nanos);
        int ownLife = life;
        time.at(replica.pausedUntil, () -> {
            if (life == ownLife && !isPaused()) {
                var all = List.copyOf(held);
                held.clear();
                all.forEach(Runnable::run);
            }
        });
    }

    /** How much is known of connections, where there are none. */
    int callers() {
        return driver.view().callers();
    }

    void start(RaftGroup group) {
        up = true;
        life++;
        replica.pausedUntil = 0;
        Alarm alarm = (task, delayNanos) -> {
            after(delayNanos, task);
            return () -> {};
        };
        var counters = new ServerCounters();
        driver = new EngineDriver(
                read(snapshot),
                new Replies(MOST_ANSWER_BYTES),
                group::nextSalt,
                alarm,
                cause -> {
                    throw new Violation("node " + id + ": the engine failed", cause);
                },
                this::wakeTouched,
                (applier, lock) -> {
                    journal = new SimulatedJournal(
                            time, this::after, clock, mutation, settings.limits(), replica, applier);
                    return journal;
                });
        handler = new RequestHandler(
                new ServiceSettings(HoldProgram.DEFAULT_LEASE_MS, true, settings.limits().maxGraceMs(), 100,
                        MOST_ANSWER_BYTES, 65_536,
                        23_000),
                driver,
                Identities.none(),
                counters,
                new Gate(counters, 0, 0, 0, clock::nanoTime, alarm),
                AuditTrail.none());
        applied = snapshot.applied;
        appliedTerm = snapshot.term;
        appliedNumber = snapshot.number;
        applying = false;
        group.start(replica);
    }

    private Engine read(Snapshot from) {
        if (from.octets == null) {
            return SmallSteps.engine(settings.limits(), settings.slice());
        }
        try {
            return SmallSteps.read(new DataInputStream(new ByteArrayInputStream(from.octets)), settings.slice());
        } catch (IOException e) {
            throw new Violation("node " + id + ": its snapshot cannot be read", e);
        }
    }

    static byte[] octetsOf(Engine engine) {
        var octets = new ByteArrayOutputStream();
        try {
            engine.writeSnapshot(new DataOutputStream(octets));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return octets.toByteArray();
    }

    void takeSnapshot() {
        snapshot = new Snapshot(octetsOf(engine()), applied, appliedTerm, appliedNumber);
    }

    /** What the leader sent takes the place of all that is missing here. */
    void install(Snapshot from) {
        driver.replace(read(from));
        snapshot = from;
        applied = from.applied;
        appliedTerm = from.term;
        appliedNumber = from.number;
    }

    /** The process is gone; its sockets are closed, or silent where the machine is gone as well. */
    void crash(RaftGroup group, boolean withTail, boolean silently) {
        time.trace("node " + id + " crashes");
        up = false;
        life++;
        journal.close();
        handler.close();
        group.crash(replica, withTail);
        var gone = new ArrayList<>(connections);
        connections.clear();
        touched.clear();
        held.clear();
        gone.forEach(connection -> connection.processDied(silently));
    }

    /** Refuses what comes from now on, as a server that is told to stop. */
    void drain() {
        time.trace("node " + id + " drains");
        handler.drain();
        finish();
    }

    // The log.

    /** Something is committed: it is applied soon. */
    void applySoon() {
        if (!up || applying || applied >= replica.committed) {
            return;
        }
        applying = true;
        after(time.between(MS / 50, slowest), () -> {
            applying = false;
            int most = (int) time.between(1, MOST_BATCHES_AT_ONCE);
            for (int i = 0; i < most && applied < replica.committed; i++) {
                applyNext();
            }
            applySoon();
        });
    }

    private void applyNext() {
        var entry = replica.log.get(applied);
        time.trace("node " + id + " applies " + applied + " " + entry);
        witness.isApplied(this, applied, entry);
        applied++;
        if (entry.batch == null) {
            if (replica.leads && entry.term == replica.term) {
                event(() -> journal.lead(entry.term));
            }
            return;
        }
        apply(entry.batch);
        witness.wasApplied(this, applied);
        if (time.chance(SNAPSHOT)) {
            takeSnapshot();
        }
    }

    private void apply(Batch batch) {
        long expected = batch.term() == appliedTerm ? appliedNumber + 1 : 0;
        Violation.require(batch.term() >= appliedTerm && batch.number() == expected,
                "batch " + batch.number() + " of term " + batch.term() + " does not follow " + appliedNumber + " of "
                        + appliedTerm);
        appliedTerm = batch.term();
        appliedNumber = batch.number();
        if (!isLeftOut(batch)) {
            int times = mutation == Mutation.REPEATS_BATCHES && batch.number() % 10 == 9 ? 2 : 1;
            for (int i = 0; i < times; i++) {
                SimulatedJournal.actionsOf(batch).forEach(action -> driver.apply(batch.timeMs(), mutated(action)));
            }
        }
        journal.applied(batch);
        requireAllWoken();
    }

    private boolean isLeftOut(Batch batch) {
        return switch (mutation) {
            case SKIPS_A_BATCH -> id == 0 && batch.number() == 20;
            case LOSES_A_BATCH -> batch.number() % 20 == 19;
            case ANSWERS_EARLY -> batch.term() == journal.term() && batch.number() > 0 && journal.isLeading();
            default -> false;
        };
    }

    private Action mutated(Action action) {
        return mutation == Mutation.OTHER_SALTS && id == 0 && action.salt() % 16 == 0
                ? new Action(action.salt() + 1, action.connection(), action.session(), action.request(),
                        action.received(), action.command())
                : action;
    }

    /** The log tells of leadership from another thread than it applies in, one after another. */
    private void event(Runnable what) {
        lastEventAt = Math.max(lastEventAt, time.now() + time.between(MS / 50, slowest));
        after(lastEventAt - time.now(), () -> {
            what.run();
            requireAllWoken();
        });
    }

    void follows() {
        if (up) {
            event(() -> {
                time.trace("node " + id + " follows");
                journal.follow();
            });
        }
    }

    // Connections.

    void accept(Wire wire) {
        connections.add(new ServerConnection(this, wire, time, mutation));
        finish();
    }

    void remove(ServerConnection connection) {
        connections.remove(connection);
    }

    List<ServerConnection> connections() {
        return List.copyOf(connections);
    }

    /** Something was appended to it, or it has to do something. */
    void touch(ServerConnection connection) {
        touched.add(connection);
    }

    /** A turn ends: whoever was told something is woken, soon, and what was handed in goes into the log. */
    void finish() {
        wakeTouched();
        driver.endTurn();
    }

    private void wakeTouched() {
        for (var next = touched.poll(); next != null; next = touched.poll()) {
            next.wakeSoon(slowest);
        }
    }

    /** What the log does is done in a thread of its own, where nobody wakes but the driver. */
    private void requireAllWoken() {
        Violation.require(touched.isEmpty(), "node " + id + ": somebody was told something and is not woken");
    }
}
