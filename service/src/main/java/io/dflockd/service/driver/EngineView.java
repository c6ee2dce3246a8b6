package io.dflockd.service.driver;

import io.dflockd.engine.Census;
import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import io.dflockd.engine.Inventory;
import io.dflockd.engine.InventoryWalk;
import io.dflockd.engine.order.Journal;
import io.dflockd.service.session.Caller;
import io.dflockd.service.session.SessionDesk;
import io.dflockd.service.stats.ServiceMeasures;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What is there, for those who look and change nothing: the engine's state and who speaks for its sessions. Each look holds the
 * engine, so each is brief or a slice of a longer one. Thread-safe.
 */
public final class EngineView {
    /** Between two slices of a walk others have the engine. */
    private static final long PAUSE_NANOS = 20_000;

    private final ReentrantLock lock;
    private final Supplier<Engine> engines;
    private final SessionDesk desk;
    private final Journal journal;
    private final EngineLoad load;

    /** {@code engines}: the one that counts now; asked with the lock held, which guards all of this. */
    EngineView(ReentrantLock lock, Supplier<Engine> engines, SessionDesk desk, Journal journal, EngineLoad load) {
        this.lock = lock;
        this.engines = engines;
        this.desk = desk;
        this.journal = journal;
        this.load = load;
    }

    /** Looks through the whole engine, a slice at a time. Blocks for as long as that takes, but nobody else. */
    public Inventory inventory(int maxRows) {
        var walk = new InventoryWalk(maxRows);
        while (true) {
            lock.lock();
            try {
                if (walk.step(engines.get(), displayMs())) {
                    return walk.inventory(engines.get());
                }
            } finally {
                lock.unlock();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Looks at the engine and changes nothing there. */
    public interface Look<T> {
        /** {@code nowMs}: as of which remaining times are given. */
        T at(Engine engine, long nowMs);
    }

    /** Looks at the engine, briefly: all others wait meanwhile. */
    public <T> T look(Look<T> look) {
        return locked(() -> look.at(engines.get(), displayMs()));
    }

    /** The numbers of all connections, and of sessions that one speaks for. */
    public long[] callerNumbers() {
        return locked(desk::numbers);
    }

    /** Tells of those of the callers that are there, and are connections. Briefly: all others wait meanwhile. */
    public void callers(long[] numbers, int from, int to, Consumer<Caller> told) {
        lock.lock();
        try {
            for (int i = from; i < to; i++) {
                var caller = desk.connection(numbers[i]);
                if (caller != null && caller.connection() == numbers[i]) {
                    told.accept(caller);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Who is at the other end of each of these sessions, or was there last; empty where nobody was. */
    public List<String> peers(List<Long> sessions) {
        return locked(() -> sessions.stream().map(desk::peer).toList());
    }

    /** As which identity somebody is, or was last, connected for each of these sessions; empty where none is known. */
    public List<String> principals(List<Long> sessions) {
        return locked(() -> sessions.stream().map(desk::principal).toList());
    }

    /** Whether the session is, or was last, spoken for by somebody of this identity. */
    public boolean isOf(String principal, long session) {
        return locked(() -> desk.principal(session).equals(principal));
    }

    /** How many entries the desk has: one a connection, also where its end is not decided yet, and one a named session. */
    public int callers() {
        return locked(desk::size);
    }

    /** What can be told by numbers. Holds the engine for a moment that does not depend on how much there is. */
    public ServiceMeasures measures() {
        return locked(() -> new ServiceMeasures(
                engines.get().measures(displayMs()),
                desk.traffic().copy(),
                desk.connectedSessions(),
                load.busyNanos(),
                load.waitNanos()));
    }

    /** How much there is of everything. */
    public Census census() {
        return locked(() -> engines.get().census());
    }

    /** How much there may be. */
    public EngineLimits limits() {
        return locked(() -> engines.get().limits());
    }

    /** How many sessions there are that have a name. */
    public int namedSessions() {
        return locked(() -> engines.get().census().namedSessions());
    }

    /** How many sessions were set aside because they left too many answers unacknowledged. */
    public long sessionsSetAside() {
        return locked(() -> engines.get().sessionsSetAside());
    }

    private <T> T locked(Supplier<T> look) {
        lock.lock();
        try {
            return look.get();
        } finally {
            lock.unlock();
        }
    }

    /** As of which remaining times are given. */
    private long displayMs() {
        return Math.max(engines.get().nowMs(), journal.timeMs());
    }
}
