package io.dflockd.server;

import io.dflockd.engine.Command;
import io.dflockd.engine.Effects;
import io.dflockd.engine.Engine;
import io.dflockd.engine.Entry;
import io.dflockd.engine.Inventory;
import io.dflockd.engine.Notice;
import io.dflockd.engine.Outcome;
import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.PushCodec;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Gives the engine what it may not fetch, time and random numbers, and carries out what it wants done. The thread that
 * read a request applies it itself, under one lock: handing it to another thread would cost more than the work.
 *
 * <p>Effects go to the outboxes while the lock is held, so the lines of a connection stand in the order in which they
 * were decided; the connections are woken afterwards, see {@link Batch}.
 */
final class EngineDriver {
    private static final long DRIVER = 0;
    private static final long NO_REQUEST = 0;
    private static final long NO_SALT = 0;
    private static final long NANOS_PER_MS = 1_000_000;
    private static final long NEVER = Long.MAX_VALUE;

    private final ReentrantLock lock = new ReentrantLock();
    private final Engine engine;
    private final boolean keepsHolds;
    private final EventLoop timer;
    private final long startedAt = System.nanoTime();
    private final Salts salts = new Salts();
    private final Map<Long, Session> sessions = new HashMap<>();
    private final EffectsToOutboxes effects = new EffectsToOutboxes();
    private long lastSession;
    private long nextTickMs = NEVER;
    private volatile boolean draining;

    /** Takes the engine over, and lets what is due happen on {@code timer}. */
    EngineDriver(Engine engine, boolean keepsHolds, EventLoop timer) {
        this.engine = engine;
        this.keepsHolds = keepsHolds;
        this.timer = timer;
    }

    /** A new session that speaks through this connection. */
    Session open(Connection connection, Commands commands) {
        lock.lock();
        try {
            var session = new Session(++lastSession, connection, this, commands);
            sessions.put(session.id(), session);
            return session;
        } finally {
            lock.unlock();
        }
    }

    /** Lets the engine apply the command of a request. The answer goes to the session, now or later. */
    void apply(Session session, long request, String tag, Command command) {
        lock.lock();
        try {
            session.begin(request, tag);
            long salt = command instanceof Command.Acquire || command instanceof Command.Enqueue
                    ? salts.next()
                    : NO_SALT;
            apply(new Entry(nowMs(), salt, session.id(), request, command));
            session.leaveOpen();
        } finally {
            lock.unlock();
        }
    }

    /** The connection is gone: the session ends, and values that it was given and never got go back. */
    void end(Session session) {
        lock.lock();
        try {
            applyOwn(session.id(), new Command.EndSession(keepsHolds));
            sessions.remove(session.id());
            for (var outcome : session.unsent()) {
                if (outcome instanceof Outcome.Popped popped) {
                    applyOwn(DRIVER, new Command.PutBack(popped.key(), popped.end(), popped.value()));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Refuses all that waits and, from now on, all that comes. */
    void drain() {
        lock.lock();
        try {
            draining = true;
            applyOwn(DRIVER, new Command.Drain());
        } finally {
            lock.unlock();
        }
    }

    boolean isDraining() {
        return draining;
    }

    boolean isOwner(Session session) {
        lock.lock();
        try {
            return engine.isOwner(session.id());
        } finally {
            lock.unlock();
        }
    }

    /** Whether a request with this tag has not been answered yet. */
    boolean isInFlight(Session session, String tag) {
        lock.lock();
        try {
            return session.isInFlight(tag);
        } finally {
            lock.unlock();
        }
    }

    Inventory inventory(int maxRows) {
        lock.lock();
        try {
            applyOwn(DRIVER, new Command.Tick());
            return engine.inventory(maxRows);
        } finally {
            lock.unlock();
        }
    }

    private void applyOwn(long session, Command command) {
        apply(new Entry(nowMs(), NO_SALT, session, NO_REQUEST, command));
    }

    private void apply(Entry entry) {
        engine.apply(entry, effects);
        long nextMs = engine.nextDeadlineMs();
        if (nextMs < nextTickMs) {
            nextTickMs = nextMs;
            long delayNanos = startedAt + nextMs * NANOS_PER_MS - System.nanoTime();
            timer.schedule(() -> tick(nextMs), Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
        }
    }

    /** Where an earlier tick was wanted meanwhile, this one is late, and the other does the work. */
    private void tick(long plannedMs) {
        lock.lock();
        try {
            if (nextTickMs == plannedMs) {
                nextTickMs = NEVER;
                applyOwn(DRIVER, new Command.Tick());
            }
        } finally {
            lock.unlock();
        }
        Batch.current().finish();
    }

    private long nowMs() {
        return (System.nanoTime() - startedAt) / NANOS_PER_MS;
    }

    /** Called with the lock held. */
    private final class EffectsToOutboxes implements Effects {
        private final OctetBuffer line = new OctetBuffer(256);
        private @Nullable Notice encoded;

        @Override
        public void answer(long session, long request, Outcome outcome) {
            var receiver = sessions.get(session);
            if (receiver != null) {
                receiver.answer(request, outcome);
            }
        }

        /** The same notice goes to many, one after another, so its bytes are kept. */
        @Override
        @SuppressWarnings("ReferenceEquality") // the question is whether it is the very same one
        public void push(long session, Notice notice) {
            var receiver = sessions.get(session);
            if (receiver == null) {
                return;
            }
            if (notice != encoded) {
                line.clear();
                PushCodec.encode(Replies.of(notice), line);
                encoded = notice;
            }
            receiver.connection().push(line.array(), line.length());
        }
    }
}
