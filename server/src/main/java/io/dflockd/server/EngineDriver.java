package io.dflockd.server;

import io.dflockd.engine.Command;
import io.dflockd.engine.Effects;
import io.dflockd.engine.Engine;
import io.dflockd.engine.Entry;
import io.dflockd.engine.Inventory;
import io.dflockd.engine.Notice;
import io.dflockd.engine.Outcome;
import io.dflockd.engine.Refusal;
import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.PushCodec;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.server.config.ServerConfig;
import io.netty.channel.EventLoop;
import io.netty.util.collection.LongObjectHashMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
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
    private static final long MS_PER_SECOND = 1000;
    private static final Reply SESSION_NEW = new Reply.Text("new");
    private static final Reply SESSION_RESUMED = new Reply.Text("resumed");
    private static final long NEVER = Long.MAX_VALUE;

    private final ReentrantLock lock = new ReentrantLock();
    private final Engine engine;
    private final boolean keepsHolds;
    private final EventLoop timer;
    private final Consumer<Throwable> broken;
    private final long startedAt = System.nanoTime();
    private final Salts salts = new Salts();
    /** Asked for each line that goes out, so without boxes. */
    private final LongObjectHashMap<Session> sessions = new LongObjectHashMap<>();
    private final Map<String, Session> sessionsByName = new HashMap<>();
    private final int maxSessions;
    private final long maxGraceMs;
    private final EffectsToOutboxes effects = new EffectsToOutboxes();
    private long lastSession;
    private long lastRequest;
    private long nextTickMs = NEVER;
    private volatile boolean draining;

    /**
     * Takes the engine over, and lets what is due happen on {@code timer}.
     *
     * @param broken is told when the engine failed, with the lock held; the engine must not be used any more
     */
    EngineDriver(Engine engine, ServerConfig config, EventLoop timer, Consumer<Throwable> broken) {
        this.broken = broken;
        this.engine = engine;
        this.keepsHolds = !config.autoReleaseOnDisconnect();
        this.maxSessions = config.maxSessions();
        this.maxGraceMs = config.maxSessionGrace().toMillis();
        this.timer = timer;
    }

    /** A new session without a name that speaks through this connection. */
    Session open(Connection connection) {
        lock.lock();
        try {
            var session = new Session(++lastSession, connection);
            sessions.put(session.id(), session);
            return session;
        } finally {
            lock.unlock();
        }
    }

    /** Lets the engine apply the command of a request. The answer goes to the session, now or later. */
    void apply(Connection connection, String tag, Request request, Command command) {
        lock.lock();
        try {
            var session = connection.session();
            if (session.connection() != connection || !admit(session, tag, request)) {
                return;
            }
            session.begin(++lastRequest, tag, request);
            long salt = command instanceof Command.Acquire || command instanceof Command.Enqueue
                    ? salts.next()
                    : NO_SALT;
            apply(new Entry(nowMs(), salt, session.id(), lastRequest, command));
            session.leaveOpen();
        } finally {
            lock.unlock();
        }
    }

    private static boolean admit(Session session, String tag, Request request) {
        if (tag.isEmpty()) {
            return true;
        }
        switch (session.admit(tag, request)) {
            case Session.Admission.New _ -> {
                return true;
            }
            case Session.Admission.Waiting _ -> {}
            case Session.Admission.Decided decided -> session.send(tag, decided.outcome());
            case Session.Admission.Refused _ -> session.send(tag, new Outcome.Refused(Refusal.INVALID));
        }
        return false;
    }

    /** Names the connection's session, or has the connection speak for the session that has this name already. */
    void resume(Connection connection, String tag, Request.Resume request) {
        lock.lock();
        try {
            var own = connection.session();
            long graceMs = Math.min(maxGraceMs, request.graceSeconds() * MS_PER_SECOND);
            var named = sessionsByName.get(request.id());
            if (own.connection() != connection) {
                return;
            }
            boolean fresh = own.resumption() == null && !own.isBusy() && !engine.isOwner(own.id());
            if (named == own || (named != null && fresh)) {
                takeOver(named, connection, tag, graceMs);
            } else if (named == null && fresh && graceMs > 0 && sessionsByName.size() < maxSessions) {
                own.setResumption(new Resumption(request.id(), graceMs));
                sessionsByName.put(request.id(), own);
                connection.reply(tag, SESSION_NEW);
            } else {
                connection.reply(tag, Replies.ERROR);
            }
        } finally {
            lock.unlock();
        }
    }

    private void takeOver(Session session, Connection connection, String tag, long graceMs) {
        var resumption = Objects.requireNonNull(session.resumption(), "only sessions with a name are found by it");
        resumption.setGraceMs(graceMs);
        if (session.connection() != connection) {
            var former = session.connection();
            if (former != null) {
                detach(session, former);
                former.supersede();
            }
            endSession(connection.session());
            connection.setSession(session);
            session.join(connection);
        }
        connection.reply(tag, SESSION_RESUMED);
        long missed = resumption.takeMissedEvents();
        if (missed > 0) {
            var line = new OctetBuffer(32);
            PushCodec.encode(new Push.Missed(missed), line);
            connection.push(line.array(), line.length());
        }
    }

    /** Ends the wait of one tagged request. Each of the two gets its answer; that of one that was decided stands. */
    void cancel(Connection connection, String tag, Request.Cancel request) {
        lock.lock();
        try {
            var session = connection.session();
            if (session.connection() != connection) {
                return;
            }
            long waiting = session.waiting(request.tag());
            if (waiting != NO_REQUEST) {
                applyOwn(session.id(), new Command.GiveUp(waiting));
            }
            connection.reply(tag, Replies.OK);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the session at once. The connection goes on with a new one that has no name. */
    void bye(Connection connection, String tag) {
        lock.lock();
        try {
            var session = connection.session();
            if (session.connection() == connection) {
                end(session);
                var fresh = new Session(++lastSession, connection);
                sessions.put(fresh.id(), fresh);
                connection.setSession(fresh);
                connection.reply(tag, Replies.OK);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The connection is gone. Its session ends, now or after its grace. */
    void disconnected(Connection connection) {
        lock.lock();
        try {
            var session = connection.session();
            if (session.connection() != connection) {
                return;
            }
            detach(session, connection);
            var resumption = session.resumption();
            if (resumption == null || draining) {
                end(session);
            } else {
                resumption.plan(timer.schedule(() -> endAway(session), resumption.graceMs(), TimeUnit.MILLISECONDS));
            }
        } finally {
            lock.unlock();
        }
    }

    /** The connection can neither send nor ask again; what it alone could have received goes on to the next. */
    private void detach(Session session, Connection connection) {
        var unsent = connection.unsent();
        session.leave(unsent, connection.unsentPushes());
        if (session.resumption() == null) {
            endSession(session);
            unsent.forEach(this::putBack);
            return;
        }
        long blocked = session.takeBlocked();
        if (blocked != NO_REQUEST) {
            applyOwn(session.id(), new Command.Cancel(blocked));
        }
    }

    private void endAway(Session session) {
        lock.lock();
        try {
            if (session.connection() == null && sessions.containsKey(session.id())) {
                end(session);
            }
        } finally {
            lock.unlock();
        }
        Batch.current().finish();
    }

    /** Ends what the session has, and returns the values that it never got. */
    private void end(Session session) {
        endSession(session);
        var resumption = session.resumption();
        if (resumption != null) {
            resumption.undelivered().forEach(this::putBack);
        }
    }

    private void endSession(Session session) {
        if (sessions.containsKey(session.id())) {
            applyOwn(session.id(), new Command.EndSession(keepsHolds));
            forget(session);
        }
    }

    private void forget(Session session) {
        sessions.remove(session.id());
        var resumption = session.resumption();
        if (resumption != null) {
            sessionsByName.remove(resumption.name());
        }
    }

    private void putBack(Outcome outcome) {
        if (outcome instanceof Outcome.Popped popped) {
            applyOwn(DRIVER, new Command.PutBack(popped.key(), popped.end(), popped.value()));
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

    /** Whether the connection's session owns something or waits for an answer. */
    boolean isInUse(Connection connection) {
        lock.lock();
        try {
            var session = connection.session();
            return session.isBusy() || engine.isOwner(session.id());
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

    /** How many sessions there are that have a name. */
    int namedSessions() {
        lock.lock();
        try {
            return sessionsByName.size();
        } finally {
            lock.unlock();
        }
    }

    private void applyOwn(long session, Command command) {
        apply(new Entry(nowMs(), NO_SALT, session, NO_REQUEST, command));
    }

    private void apply(Entry entry) {
        try {
            engine.apply(entry, effects);
        } catch (RuntimeException | Error e) {
            // Its state may be half changed. Going on could give one lock to two holders.
            broken.accept(e);
            throw e;
        }
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
            receiver.push(line.array(), line.length());
        }
    }
}
