package io.dflockd.service.session;

import io.dflockd.engine.Command;
import io.dflockd.engine.Effects;
import io.dflockd.engine.Engine;
import io.dflockd.engine.Notice;
import io.dflockd.engine.Outcome;
import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.PushCodec;
import io.dflockd.service.stats.Traffic;
import java.util.ArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which caller speaks for which session, and passes on to them what the engine wants them to be told. What goes
 * wrong with one caller ends that one.
 *
 * <p>The answers of a named session are in the engine, in their order. They go straight out as long as the receiver takes
 * them; once it does not, all that follow stay there until it {@link #catchUp asks} for them.
 *
 * <p>Guarded by the engine's lock.
 */
public final class SessionDesk implements Effects.Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(SessionDesk.class);

    private final Replies replies;
    private Engine engine;
    /** By connection and by named session: the numbers of both never meet. */
    private final LongMap<Caller> callers = new LongMap<>();
    private final LastSeen lastSeen = new LastSeen(session -> engine().hasSession(session));
    private final OctetBuffer line = new OctetBuffer(256);
    private final Effects owed = new Effects();
    private @Nullable Notice encoded;
    private Traffic.Told kind = Traffic.Told.OWN;
    /** The same where its line is long; null where it is in {@link #line}. */
    private @Nullable LongPush encodedLong;
    private final Traffic traffic = new Traffic();
    private long lastNumber;
    private int connectedSessions;
    private Consumer<Caller> resumed = caller -> {};
    private Recorder recorder = (caller, command, outcome) -> {};

    public SessionDesk(Engine engine, Replies replies) {
        this.engine = engine;
        this.replies = replies;
    }

    private Engine engine() {
        return engine;
    }

    /** A caller with a session of its own. */
    public Caller open(Receiver receiver) {
        long number = nextNumber();
        var caller = new Caller(receiver, number);
        callers.put(number, caller);
        return caller;
    }

    /** A number that no connection and no session ever had. */
    public long nextNumber() {
        return ++lastNumber;
    }

    /** Numbers are given above this one from now on, if they were not already. */
    public void numberFrom(long number) {
        lastNumber = Math.max(lastNumber, number);
    }

    /** Is told of who speaks for a named session from now on, with the engine's lock held and amidst an action. */
    public void onResumed(Consumer<Caller> action) {
        resumed = action;
    }

    /** Is told what came of commands that are to be recorded, with the engine's lock held. */
    public interface Recorder {
        void answered(Caller caller, Command command, Outcome outcome);
    }

    public void recordBy(Recorder other) {
        recorder = other;
    }

    /** The state that is asked from now on. */
    public void replace(Engine other) {
        engine = other;
    }

    /** Who speaks over the connection of this number; null where nobody does any more. */
    public @Nullable Caller connection(long number) {
        return number == 0 ? null : callers.get(number);
    }

    /** What the callers have asked and were told. */
    public Traffic traffic() {
        return traffic;
    }

    /** How many sessions with a name a caller speaks for. */
    public int connectedSessions() {
        return connectedSessions;
    }

    /** How many entries it has: one a connection, and one a named session that is spoken for. */
    public int size() {
        return callers.size();
    }

    /** Of all who are known: of connections, and of named sessions that one speaks for. */
    public long[] numbers() {
        return callers.keys();
    }

    /** The connection is gone. */
    @SuppressWarnings("ReferenceEquality") // which caller it is
    public void close(Caller caller) {
        caller.end();
        callers.remove(caller.connection());
        if (callers.get(caller.session()) == caller) {
            forgetSession(caller);
            leaveTrace(caller);
        } else if (caller.session() == caller.connection()) {
            leaveTrace(caller);
        }
    }

    private void leaveTrace(Caller caller) {
        var login = caller.login();
        lastSeen.left(caller.session(), caller.receiver().peer(), login == null ? "" : login.principal().name());
    }

    private void forgetSession(Caller caller) {
        callers.remove(caller.session());
        if (caller.isNamed()) {
            connectedSessions--;
        }
    }

    @Override
    public void answer(long session, long request, Outcome outcome) {
        var caller = callers.get(session);
        if (caller == null) {
            return;
        }
        try {
            var recorded = caller.takeRecorded(request);
            if (recorded != null) {
                recorder.answered(caller, recorded, outcome);
            }
            if (request > 0 && session != caller.connection()) {
                tellNumbered(caller, request, outcome);
            } else {
                tell(caller, request, outcome);
            }
        } catch (RuntimeException | Error e) {
            fail(caller, e);
        }
    }

    private void tellNumbered(Caller caller, long number, Outcome outcome) {
        traffic.decided(caller.decided(number), outcome);
        if (!caller.isBehind() && !caller.receiver().isCongested()) {
            caller.toldOneMore();
            replies.sendOwed(caller.receiver(), Long.toString(number), outcome, this);
        } else if (!caller.isBehind()) {
            caller.setBehind(true);
            caller.receiver().expectMore();
        }
    }

    private void tell(Caller caller, long request, Outcome outcome) {
        var tag = caller.answered(request);
        if (tag != null) {
            traffic.decided(Caller.verbOf(request), outcome);
            replies.send(caller.receiver(), tag, outcome, this);
        }
    }

    /** Has all done that the engine wants done. */
    public void carryOut(Effects effects) {
        effects.forEach(this);
        encoded = null;
        encodedLong = null;
    }

    /** The same notice goes to many, one after another, so its bytes are kept. */
    @Override
    @SuppressWarnings("ReferenceEquality") // the question is whether it is the very same one
    public void push(long session, Notice notice) {
        var caller = callers.get(session);
        if (caller == null) {
            return;
        }
        try {
            if (notice != encoded) {
                encode(notice);
            }
            traffic.told(kind);
            if (encodedLong == null) {
                caller.receiver().push(line.array(), line.length());
            } else {
                caller.receiver().push(encodedLong);
            }
        } catch (RuntimeException | Error e) {
            fail(caller, e);
        }
    }

    private void encode(Notice notice) {
        var push = Replies.of(notice);
        if (push instanceof Push.Signal signal && signal.payload().length() >= LongPush.LEAST_PAYLOAD_BYTES) {
            encodedLong = new LongPush(signal);
        } else {
            encodedLong = null;
            line.clear();
            PushCodec.encode(push, line);
        }
        encoded = notice;
        kind = Traffic.Told.of(notice);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // which caller it is
    public void attached(long connection, long session) {
        var caller = callers.get(connection);
        if (caller == null) {
            return;
        }
        if (callers.get(caller.session()) == caller && caller.isNamed()) {
            forgetSession(caller);
        }
        if (session != connection && callers.get(session) == null) {
            connectedSessions++;
        }
        callers.put(session, caller);
        lastSeen.returned(session);
        if (session == connection) {
            caller.speakFor(session, 0);
            return;
        }
        caller.speakFor(session, engine.acknowledgedAnswers(session));
        if (engine.decidedAnswers(session) > caller.told()) {
            caller.setBehind(true);
            expectMore(caller);
        }
        resumed.accept(caller);
    }

    private static void expectMore(Caller caller) {
        try {
            caller.receiver().expectMore();
        } catch (RuntimeException | Error e) {
            fail(caller, e);
        }
    }

    @Override
    public void close(long connection, String reason) {
        var caller = callers.get(connection);
        if (caller != null) {
            caller.end();
            end(caller, reason);
        }
    }

    /**
     * Ends all connections and knows them no more: what they asked for and is not applied yet may never be, so nothing could
     * be waited for.
     */
    public void endAll(String reason) {
        var all = new ArrayList<Caller>();
        callers.forEach(all::add);
        all.forEach(caller -> dismiss(caller, reason));
    }

    /** Ends a connection and knows it no more. */
    public void dismiss(Caller caller, String reason) {
        close(caller);
        if (!caller.hasLeft()) {
            end(caller, reason);
        }
    }

    /** Whether it was not forgotten. */
    @SuppressWarnings("ReferenceEquality") // which caller it is
    public boolean knows(Caller caller) {
        return callers.get(caller.connection()) == caller;
    }

    /** Has a request answered that the engine has no part in, if its caller is still there and waits for it. */
    public void answerOutside(Caller caller, long request, Runnable answer) {
        if (caller.isEnded() || caller.answered(request) == null) {
            return;
        }
        traffic.decided(Caller.verbOf(request), Outcome.DONE);
        try {
            answer.run();
        } catch (RuntimeException | Error e) {
            fail(caller, e);
        }
    }

    /** Gives a caller some of the answers that it is behind with. Returns whether there are more. */
    public boolean catchUp(Caller caller) {
        if (!caller.isBehind() || caller.isEnded()) {
            return false;
        }
        long session = caller.session();
        long next = engine.owedAnswers(session, caller.told(), owed);
        try {
            owed.forEach(new Answering(caller));
        } finally {
            owed.clear();
        }
        if (next >= 0) {
            caller.toldUpTo(next);
        }
        caller.setBehind(next >= 0 && next < engine.decidedAnswers(session));
        return caller.isBehind();
    }

    /** Who is at the other end of a session, or was there last; empty where nobody was. */
    public String peer(long session) {
        var caller = session == 0 ? null : callers.get(session);
        if (caller != null) {
            return caller.receiver().peer();
        }
        var last = lastSeen.find(session);
        return last == null ? "" : last.peer();
    }

    /** Who it has shown to be; empty where nobody was there, or need not show that. */
    public String principal(long session) {
        var caller = session == 0 ? null : callers.get(session);
        if (caller == null) {
            var last = lastSeen.find(session);
            return last == null ? "" : last.principal();
        }
        var login = caller.login();
        return login == null ? "" : login.principal().name();
    }

    private static void fail(Caller caller, Throwable e) {
        // The peer is not asked for: what failed may be the very receiver that knows it.
        LOG.atError()
                .setMessage("what a connection was to be told failed, this is a bug; the connection ends")
                .addKeyValue("conn", caller.connection())
                .setCause(e)
                .log();
        caller.end();
        end(caller, "failed");
    }

    /** What others are to be told must not depend on whether this one can even be ended. */
    private static void end(Caller caller, String reason) {
        try {
            caller.receiver().end(reason);
        } catch (RuntimeException | Error e) {
            LOG.atError()
                    .setMessage("a connection cannot be ended, this is a bug")
                    .addKeyValue("conn", caller.connection())
                    .setCause(e)
                    .log();
        }
    }

    /** The answers that a caller is behind with go to nobody else. */
    private final class Answering implements Effects.Receiver {
        private final Caller caller;

        Answering(Caller caller) {
            this.caller = caller;
        }

        @Override
        public void answer(long session, long request, Outcome outcome) {
            caller.decided(request); // it may have been asked again, and is counted
            try {
                replies.sendOwed(caller.receiver(), Long.toString(request), outcome, SessionDesk.this);
            } catch (RuntimeException | Error e) {
                fail(caller, e);
            }
        }

        @Override
        public void push(long session, Notice notice) {
            throw new IllegalStateException("owed answers push nothing");
        }

        @Override
        public void attached(long connection, long session) {
            throw new IllegalStateException("owed answers attach nobody");
        }

        @Override
        public void close(long connection, String reason) {
            throw new IllegalStateException("owed answers close nothing");
        }
    }
}
