package io.dflockd.service.driver;

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
import io.dflockd.service.Caller;
import io.dflockd.service.ClientSession;
import io.dflockd.service.Precious;
import io.dflockd.service.Receiver;
import io.dflockd.service.Replies;
import io.dflockd.service.Resumption;
import io.dflockd.service.ServiceSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives the engine what it may not fetch, time and random numbers, and carries out what it wants done. The thread that
 * read a request applies it itself, under one lock: handing it to another thread would cost more than the work.
 *
 * <p>Effects go to the receivers while the lock is held, so the lines of a connection stand in the order in which they
 * were decided; whoever called wakes the connections afterwards.
 */
public final class EngineDriver {
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
    private final Alarm alarm;
    private final LongSupplier nanoTime;
    private final LongSupplier salts;
    private final Consumer<Throwable> broken;
    private final long startedAt;
    /** Asked for each line that goes out, so without boxes. */
    private final LongMap<ClientSession> sessions = new LongMap<>();
    private final Map<String, ClientSession> sessionsByName = new HashMap<>();
    private final int maxSessions;
    private final long maxGraceMs;
    private final EffectsToReceivers effects = new EffectsToReceivers();
    private long lastSession;
    private long lastRequest;
    private long nextTickMs = NEVER;
    private volatile boolean draining;

    /**
     * Takes the engine over.
     *
     * @param salts unguessable numbers, drawn with the lock held
     * @param broken is told when the engine failed, with the lock held; the engine must not be used any more
     */
    public EngineDriver(
            Engine engine,
            ServiceSettings settings,
            LongSupplier nanoTime,
            LongSupplier salts,
            Alarm alarm,
            Consumer<Throwable> broken) {
        this.engine = engine;
        this.keepsHolds = settings.keepsHolds();
        this.maxSessions = settings.maxSessions();
        this.maxGraceMs = settings.maxGraceMs();
        this.nanoTime = nanoTime;
        this.salts = salts;
        this.alarm = alarm;
        this.broken = broken;
        this.startedAt = nanoTime.getAsLong();
    }

    /** Somebody who speaks for a new session without a name. */
    public Caller open(Receiver receiver) {
        lock.lock();
        try {
            var caller = new Caller(receiver, ++lastSession);
            sessions.put(lastSession, caller.session());
            return caller;
        } finally {
            lock.unlock();
        }
    }

    /** Lets the engine apply the command of a request. The answer goes to the session, now or later. */
    public void apply(Caller caller, String tag, Request request, Command command) {
        lock.lock();
        try {
            var session = caller.session();
            if (session.caller() != caller || !admit(session, tag, request)) {
                return;
            }
            session.begin(++lastRequest, tag, request);
            long salt = command instanceof Command.Acquire || command instanceof Command.Enqueue
                    ? salts.getAsLong()
                    : NO_SALT;
            apply(new Entry(nowMs(), salt, session.id(), lastRequest, command));
            session.leaveOpen();
        } finally {
            lock.unlock();
        }
    }

    private static boolean admit(ClientSession session, String tag, Request request) {
        if (tag.isEmpty()) {
            return true;
        }
        switch (session.admit(tag, request)) {
            case ClientSession.Admission.New fresh -> {
                return true;
            }
            case ClientSession.Admission.Waiting waiting -> {}
            case ClientSession.Admission.Decided decided -> session.send(tag, decided.outcome());
            case ClientSession.Admission.Refused refused -> session.send(tag, new Outcome.Refused(Refusal.INVALID));
        }
        return false;
    }

    /** Names the connection's session, or has the connection speak for the session that has this name already. */
    public void resume(Caller caller, String tag, Request.Resume request) {
        lock.lock();
        try {
            var own = caller.session();
            long graceMs = Math.min(maxGraceMs, request.graceSeconds() * MS_PER_SECOND);
            var named = sessionsByName.get(request.id());
            if (own.caller() != caller) {
                return;
            }
            boolean fresh = own.resumption() == null && !own.isBusy() && !engine.isOwner(own.id());
            if (named == own || (named != null && fresh)) {
                takeOver(named, caller, tag, graceMs);
            } else if (named == null && fresh && graceMs > 0 && sessionsByName.size() < maxSessions) {
                own.setResumption(new Resumption(request.id(), graceMs));
                sessionsByName.put(request.id(), own);
                caller.receiver().reply(tag, SESSION_NEW);
            } else {
                caller.receiver().reply(tag, Replies.ERROR);
            }
        } finally {
            lock.unlock();
        }
    }

    private void takeOver(ClientSession session, Caller caller, String tag, long graceMs) {
        var resumption = Objects.requireNonNull(session.resumption(), "only sessions with a name are found by it");
        resumption.setGraceMs(graceMs);
        if (session.caller() != caller) {
            var former = session.caller();
            if (former != null) {
                detach(session, former);
                former.receiver().end("superseded by a connection that took its session over");
            }
            endSession(caller.session());
            caller.setSession(session);
            session.join(caller);
        }
        caller.receiver().reply(tag, SESSION_RESUMED);
        long missed = resumption.takeMissedEvents();
        if (missed > 0) {
            var line = new OctetBuffer(32);
            PushCodec.encode(new Push.Missed(missed), line);
            caller.receiver().push(line.array(), line.length());
        }
    }

    /** Ends the wait of one tagged request. Each of the two gets its answer; that of one that was decided stands. */
    public void cancel(Caller caller, String tag, Request.Cancel request) {
        lock.lock();
        try {
            var session = caller.session();
            if (session.caller() != caller) {
                return;
            }
            long waiting = session.waiting(request.tag());
            if (waiting != NO_REQUEST) {
                applyOwn(session.id(), new Command.GiveUp(waiting));
            }
            caller.receiver().reply(tag, Replies.OK);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the session at once. The connection goes on with a new one that has no name. */
    public void bye(Caller caller, String tag) {
        lock.lock();
        try {
            var session = caller.session();
            if (session.caller() == caller) {
                end(session);
                var fresh = new ClientSession(++lastSession, caller);
                sessions.put(fresh.id(), fresh);
                caller.setSession(fresh);
                caller.receiver().reply(tag, Replies.OK);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The connection is gone. Its session ends, now or after its grace. */
    public void disconnected(Caller caller) {
        lock.lock();
        try {
            var session = caller.session();
            if (session.caller() != caller) {
                return;
            }
            detach(session, caller);
            var resumption = session.resumption();
            if (resumption == null || draining) {
                end(session);
            } else {
                long absence = session.absences();
                resumption.plan(
                        alarm.schedule(() -> endAway(session, absence), resumption.graceMs() * NANOS_PER_MS));
            }
        } finally {
            lock.unlock();
        }
    }

    /** The connection can neither send nor ask again; what it alone could have received goes on to the next. */
    private void detach(ClientSession session, Caller caller) {
        var unsent = caller.receiver().unsent();
        session.leave(unsent, caller.receiver().unsentPushes());
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

    private void endAway(ClientSession session, long absence) {
        lock.lock();
        try {
            if (session.caller() == null && session.absences() == absence && sessions.containsKey(session.id())) {
                end(session);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends what the session has, and returns the values that it never got. */
    private void end(ClientSession session) {
        endSession(session);
        var resumption = session.resumption();
        if (resumption != null) {
            resumption.undelivered().forEach(this::putBack);
        }
    }

    private void endSession(ClientSession session) {
        if (sessions.containsKey(session.id())) {
            applyOwn(session.id(), new Command.EndSession(keepsHolds));
            forget(session);
        }
    }

    private void forget(ClientSession session) {
        sessions.remove(session.id());
        var resumption = session.resumption();
        if (resumption != null) {
            sessionsByName.remove(resumption.name());
        }
    }

    private void putBack(Precious precious) {
        if (precious instanceof Precious.Value value) {
            putBack(value.popped());
        }
    }

    private void putBack(Outcome outcome) {
        if (outcome instanceof Outcome.Popped popped) {
            applyOwn(DRIVER, new Command.PutBack(popped.key(), popped.end(), popped.value()));
        }
    }

    /** Refuses all that waits and, from now on, all that comes. */
    public void drain() {
        lock.lock();
        try {
            draining = true;
            applyOwn(DRIVER, new Command.Drain());
        } finally {
            lock.unlock();
        }
    }

    public boolean isDraining() {
        return draining;
    }

    /** Whether the connection's session owns something or waits for an answer. */
    public boolean isInUse(Caller caller) {
        lock.lock();
        try {
            var session = caller.session();
            return session.isBusy() || engine.isOwner(session.id());
        } finally {
            lock.unlock();
        }
    }

    public Inventory inventory(int maxRows) {
        lock.lock();
        try {
            applyOwn(DRIVER, new Command.Tick());
            return engine.inventory(maxRows);
        } finally {
            lock.unlock();
        }
    }

    /** How many sessions there are that have a name. */
    public int namedSessions() {
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
            long delayNanos = startedAt + nextMs * NANOS_PER_MS - nanoTime.getAsLong();
            alarm.schedule(() -> tick(nextMs), Math.max(0, delayNanos));
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
    }

    private long nowMs() {
        return (nanoTime.getAsLong() - startedAt) / NANOS_PER_MS;
    }

    /** Called with the lock held. */
    private final class EffectsToReceivers implements Effects {
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
