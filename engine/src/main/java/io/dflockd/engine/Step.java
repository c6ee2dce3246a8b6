package io.dflockd.engine;

import org.jspecify.annotations.Nullable;

/**
 * One action being applied: the time it happens at, who asked, where its effects go and how much may be done before
 * others have their turn. One object for all steps of an engine, so that a step makes no garbage.
 */
final class Step {
    /** How much is done in one step of what comes due or ends in masses; the rest is left to later ones. */
    static final int SLICE = 1024;
    /** So many effects for each thing that may be done end a slice early, because each is work for the driver. */
    private static final int EFFECTS_PER_THING = 8;
    private static final Action NONE = Action.ofDriver(new Command.Tick());

    private final int slice;
    private Effects effects = new Effects();
    private Action action = NONE;
    private @Nullable Session asker;
    private long nowMs;
    private int left;

    /** Steps that do so much each. */
    Step(int slice) {
        this.slice = slice;
    }

    void begin(long timeMs, Action applied, Effects into) {
        nowMs = timeMs;
        action = applied;
        effects = into;
        asker = null;
        refill();
    }

    /** Lets go of everything, so that nothing is kept alive. */
    void end() {
        action = NONE;
        asker = null;
    }

    /** The command itself may do as much as what was due before it. */
    void refill() {
        left = slice;
    }

    /** Says that one thing of many was done. */
    void spend() {
        left--;
    }

    void spend(int count) {
        left -= count;
    }

    /** How many more things may be done; 0 or less for none. */
    int left() {
        return left;
    }

    boolean isSpent() {
        return left <= 0 || effects.size() >= EFFECTS_PER_THING * slice;
    }

    long nowMs() {
        return nowMs;
    }

    Action action() {
        return action;
    }

    long salt() {
        return action.salt();
    }

    long sessionId() {
        return action.session();
    }

    long request() {
        return action.request();
    }

    /** The session that asked; null where it has left no trace yet. */
    @Nullable
    Session asker() {
        return asker;
    }

    /** For whom what the action takes counts; null for nobody. */
    @Nullable
    Owner owner() {
        return asker == null ? null : asker.owner;
    }

    void askedBy(@Nullable Session session) {
        asker = session;
    }

    /** The time so much later; for ever where it would lie beyond the end of time. */
    long after(long durationMs) {
        return after(nowMs, durationMs);
    }

    /** The time so much later than another. */
    static long after(long fromMs, long durationMs) {
        return durationMs > Long.MAX_VALUE - fromMs ? Long.MAX_VALUE : fromMs + durationMs;
    }

    /** Answers the action itself. */
    void answer(Outcome outcome) {
        var session = asker;
        if (session != null && session.resumption != null && action.request() > 0) {
            Object owed = action.command() instanceof Command.Read read ? read : outcome;
            session.resumption.owed.add(action.request(), owed);
        }
        effects.answer(action.session(), action.request(), outcome);
    }

    void answer(Refusal reason) {
        answer(new Outcome.Refused(reason));
    }

    /** Answers the request that waits here, unless nobody hears it any more. */
    void answer(Waiting waiting, Outcome outcome) {
        answer(waiting.session, waiting.request, outcome);
    }

    /** Answers a request that waited, unless nobody hears it any more. */
    void answer(Session session, long request, Outcome outcome) {
        if (!session.hears(request)) {
            return;
        }
        if (session.resumption != null && request > 0) {
            session.resumption.owed.add(request, outcome);
        }
        effects.answer(session.id, request, outcome);
    }

    /** Tells a session something, or counts that it could not be told. Returns whether it was told. */
    boolean push(Session session, Notice notice) {
        if (session.receives()) {
            effects.push(session.id, notice);
            return true;
        }
        if (session.isOpen() && session.resumption != null) {
            session.resumption.missedEvents++;
        }
        return false;
    }

    void attached(long connection, long session) {
        effects.attached(connection, session);
    }

    void close(long connection, String reason) {
        effects.close(connection, reason);
    }
}
