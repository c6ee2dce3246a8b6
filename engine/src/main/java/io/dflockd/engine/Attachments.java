package io.dflockd.engine;

import org.jspecify.annotations.Nullable;

/** Which connection speaks for which named session, and how far both sides have counted. */
final class Attachments {
    /** How far the number of a request may be above what the client has acknowledged. */
    static final long WINDOW = 131_072;

    private final LimitsInForce limits;
    private final Sessions sessions;
    private final Owners owners;
    private final Footprint footprint;
    private final Deadlines deadlines;
    private final Tickets tickets;
    private final Topics topics;
    private final Endings endings;
    private final Tally tally;
    private long setAside;

    Attachments(
            LimitsInForce limits,
            Sessions sessions,
            Owners owners,
            Footprint footprint,
            Deadlines deadlines,
            Tickets tickets,
            Topics topics,
            Endings endings,
            Tally tally) {
        this.limits = limits;
        this.sessions = sessions;
        this.owners = owners;
        this.footprint = footprint;
        this.deadlines = deadlines;
        this.tickets = tickets;
        this.topics = topics;
        this.endings = endings;
        this.tally = tally;
    }

    /**
     * Whether the action is to be carried out: it comes from the connection that speaks for its session, and if it has a
     * number, that is the next one. What breaks the rules of counting costs the connection.
     */
    boolean admit(Action action, Step step) {
        if (!action.isForNamed()) {
            return true;
        }
        var session = step.asker();
        var resumption = session == null ? null : session.resumption;
        if (resumption == null || resumption.connection != action.connection()) {
            return false;
        }
        if (!resumption.owed.acknowledge(action.received())) {
            step.close(action.connection(), "acknowledged answers that were not decided");
            return false;
        }
        return action.request() <= 0 || take(action, resumption, step);
    }

    private static boolean take(Action action, Resumption resumption, Step step) {
        if (action.request() <= resumption.seen) {
            return false;
        }
        if (action.request() != resumption.seen + 1) {
            step.close(action.connection(), "left numbers of requests out");
            return false;
        }
        if (action.request() > resumption.owed.received() + WINDOW) {
            step.close(action.connection(), "does not acknowledge answers");
            return false;
        }
        resumption.seen = action.request();
        return true;
    }

    void attach(Command.Attach command, Step step) {
        var own = step.asker();
        if (step.action().isForNamed() || (own != null && own.ownsAnything())) {
            step.answer(Refusal.INVALID);
            return;
        }
        var known = sessions.named(command.name());
        if (known != null) {
            reach(known, step);
        }
        if (known != null && isOverdue(known, step)) {
            tally.ended(Tally.SessionEnding.GRACE);
            endings.begin(known, Session.Phase.ENDING, step);
            known = null;
        }
        if (known == null) {
            begin(command, own, step);
        } else {
            resume(known, own, step);
        }
    }

    /** Where so much is due that it has not been worked off yet, nobody must find what has ended. */
    private static boolean isOverdue(Session session, Step step) {
        var resumption = session.resumption;
        return resumption != null && resumption.connection == Resumption.AWAY
                && resumption.absence.deadlineMs <= step.nowMs();
    }

    private void begin(Command.Attach command, @Nullable Session own, Step step) {
        long graceMs = Math.min(command.graceMs(), limits.now().maxGraceMs());
        if (graceMs == 0 || !hasRoom(step)) {
            step.answer(Refusal.INVALID);
            return;
        }
        var resumption = new Resumption(command.name(), graceMs, new OwedAnswers(footprint), tickets.next());
        var session = sessions.open(command.number(), resumption);
        step.answer(new Outcome.SessionNew(graceMs));
        join(session, resumption, own, step);
    }

    private void resume(Session session, @Nullable Session own, Step step) {
        var resumption = session.resumption;
        long received = step.action().received();
        if (resumption == null || received < resumption.owed.received() || received > resumption.owed.decided()) {
            step.answer(Refusal.INVALID);
            return;
        }
        resumption.owed.acknowledge(received);
        if (resumption.connection != Resumption.AWAY) {
            step.close(resumption.connection, Effects.SUPERSEDED);
            endings.stopUntagged(resumption, step);
        }
        tally.resumed();
        step.answer(new Outcome.SessionResumed(resumption.graceMs, resumption.seen));
        join(session, resumption, own, step);
        if (resumption.missedEvents > 0) {
            step.push(session, new Notice.Missed(resumption.missedEvents));
            resumption.missedEvents = 0;
        }
    }

    private void join(Session session, Resumption resumption, @Nullable Session own, Step step) {
        deadlines.cancel(resumption.absence);
        resumption.connection = step.action().connection();
        sessions.present(session);
        topics.unpark(session, step);
        // Whoever comes back may be under other limits than before, or under none.
        owners.own(session, own == null ? null : own.owner);
        step.attached(resumption.connection, session.id);
        if (own != null) {
            if (own.introduced) {
                sessions.introduce(session, own.clientName, own.wantsLost);
            }
            endings.begin(own, Session.Phase.ENDING, step);
        }
    }

    /** Where there are too many, the one goes that has been away and without anything for longest. */
    private boolean hasRoom(Step step) {
        if (!footprint.fits(Footprint.SESSION_BYTES + Footprint.RESUMPTION_BYTES)) {
            return false;
        }
        if (sessions.namedCount() < limits.now().maxSessions()) {
            return true;
        }
        var idle = longestIdle(step);
        if (idle == null || sessions.namedCount() > limits.now().maxSessions()) {
            tally.refused(Tally.Limit.SESSIONS);
            return false;
        }
        tally.ended(Tally.SessionEnding.GRACE);
        endings.begin(idle, Session.Phase.ENDING, step);
        return true;
    }

    private @Nullable Session longestIdle(Step step) {
        if (sessions.longestIdle() == null) {
            // One of those that a new term has not come to yet may be away and without anything.
            reachAll(step);
        }
        return sessions.longestIdle();
    }

    /** Goes on as far as this step may with what a new term means to the sessions. Whether it has come to all of them. */
    boolean reachAll(Step step) {
        for (var next = sessions.firstOfEarlierTerm(); next != null; next = sessions.firstOfEarlierTerm()) {
            sessions.terms.forgetBefore(next.term);
            if (step.isSpent()) {
                return false;
            }
            step.spend();
            reach(next, step);
        }
        sessions.terms.forgetBefore(sessions.terms.latest());
        return true;
    }

    /**
     * Where a term has begun that has not come to this session yet, it comes to it now, and all is as if that had been at
     * once: who was spoken for is away since then. What a session without a name holds stays, because its client may sit
     * behind a cut and believe in it.
     */
    void reach(Session session, Step step) {
        if (session.phase != Session.Phase.OPEN || !session.isOfEarlierTerm()) {
            return;
        }
        var resumption = session.resumption;
        if (resumption == null) {
            tally.ended(Tally.SessionEnding.DISCONNECT);
            endings.begin(session, Session.Phase.LEAVING_HOLDS, step);
            return;
        }
        long sinceMs = sessions.terms.endMs(session.term);
        sessions.joinTerm(session);
        if (resumption.connection != Resumption.AWAY) {
            goAway(session, resumption, sinceMs, step);
        }
    }

    /** The connection has ended: a session without a name ends with it, one with a name is away from now on. */
    void detach(Command.Detach command, @Nullable Session session, Step step) {
        var owner = session == null ? null : session.owner;
        owners.refer(owner);
        if (session != null) {
            // Comes first: else what goes back might go to what can receive nothing any more.
            goAway(command, session, step);
        }
        endings.giveBack(command.undelivered(), owner, step);
        owners.forgo(owner);
    }

    private void goAway(Command.Detach command, Session session, Step step) {
        var resumption = session.resumption;
        if (resumption == null) {
            tally.ended(Tally.SessionEnding.DISCONNECT);
            endings.begin(session, Session.Phase.ENDING, step);
        } else if (resumption.connection == step.action().connection()) {
            goAway(session, resumption, step.nowMs(), step);
            resumption.missedEvents += command.missed();
        } else if (command.missed() > 0) {
            miss(session, resumption, command.missed(), step);
        }
    }

    private void goAway(Session session, Resumption resumption, long sinceMs, Step step) {
        resumption.connection = Resumption.AWAY;
        endings.stopUntagged(resumption, step);
        deadlines.schedule(resumption.absence, Step.after(sinceMs, resumption.graceMs));
        sessions.noteIfIdle(session);
    }

    /** The events were on their way over a connection that another has superseded meanwhile, which was told of none. */
    private static void miss(Session session, Resumption resumption, long events, Step step) {
        if (session.receives()) {
            step.push(session, new Notice.Missed(events));
        } else {
            resumption.missedEvents += events;
        }
    }

    void bye(Step step) {
        var session = step.asker();
        step.answer(Outcome.DONE);
        if (session != null) {
            tally.ended(Tally.SessionEnding.BYE);
            var owner = session.owner;
            owners.refer(owner);
            endings.begin(session, Session.Phase.ENDING, step);
            if (owner != null) {
                // The connection goes on, and is whose it was.
                owners.own(sessions.open(step.action().connection()), owner);
            }
            owners.forgo(owner);
        }
        if (step.action().isForNamed()) {
            step.attached(step.action().connection(), step.action().connection());
        }
    }

    /** An operator ends a session. */
    void end(Command.EndSession command, Step step) {
        var session = sessions.find(command.session());
        var resumption = session == null ? null : session.resumption;
        if (session == null || resumption == null) {
            step.answer(Refusal.INVALID);
            return;
        }
        reach(session, step);
        step.answer(Outcome.DONE);
        if (session.receives()) {
            step.close(resumption.connection, "an operator ended its session");
        }
        tally.ended(Tally.SessionEnding.OPERATOR);
        endings.begin(session, Session.Phase.ENDING, step);
    }

    void introduce(Command.Introduce command, Step step) {
        var asker = step.asker();
        if (asker == null && !footprint.fits(Footprint.SESSION_BYTES + Footprint.INTRODUCTION_BYTES)) {
            return;
        }
        sessions.introduce(
                asker == null ? sessions.open(step.sessionId()) : asker, command.clientName(), command.wantsLost());
    }

    /** There is room for it: whoever has a connection had room for that. */
    void belong(Command.Belong command, Step step) {
        var asker = step.asker();
        if (command.owner().isEmpty()) {
            if (asker != null) {
                owners.own(asker, null);
                sessions.forgetIfEmpty(asker);
            }
            return;
        }
        var owner = owners.open(command.owner());
        owner.maxHolds = command.maxHolds();
        owner.maxWaiters = command.maxWaiters();
        owner.maxValueBytes = command.maxValueBytes();
        owners.own(asker == null ? sessions.open(step.sessionId()) : asker, owner);
    }

    /** As long as answers that nobody acknowledged take too much, the session goes that has most of them. */
    void relieve(Step step) {
        while (footprint.isExceeded()) {
            var heaviest = sessions.heaviest();
            if (heaviest == null) {
                return;
            }
            setAside(heaviest, step);
        }
    }

    /** Its holds stay, because its client may still believe in them. */
    void setAside(Session session, Step step) {
        var resumption = session.resumption;
        if (resumption == null) {
            return;
        }
        setAside++;
        if (session.receives()) {
            step.close(
                    resumption.connection, "set aside: memory is short and it left most answers unacknowledged");
        }
        endings.setAside(session, resumption, step);
    }

    /** How many were set aside since this engine runs. No part of the state. */
    long setAsideCount() {
        return setAside;
    }
}
