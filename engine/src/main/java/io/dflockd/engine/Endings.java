package io.dflockd.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How sessions, and single requests of theirs, come to their end before their time. */
final class Endings {
    private final Engine engine;

    Endings(Engine engine) {
        this.engine = engine;
    }

    /** From now on nobody finds the session; what it has is taken from it, now or in later steps. */
    void begin(Session session, Session.Phase phase, Step step) {
        engine.sessions.leave(session, phase);
        if (!session.beingEnded) {
            engine.chores.begin(new SessionEnd(session, engine), step);
        }
    }

    /** As {@link #begin}, but what it holds stays for its grace. */
    void setAside(Session session, Resumption resumption, Step step) {
        engine.sessions.leave(session, Session.Phase.SET_ASIDE);
        resumption.owed.keepOnlyValues();
        engine.deadlines.schedule(resumption.absence, step.after(resumption.graceMs));
        // Room may be wanted in the middle of a command, which must find all else as it was: so nothing is ended at once.
        engine.chores.add(new SessionEnd(session, engine));
    }

    /** What never reached whom it was for goes back or on. Values that go back count for this one then. */
    void giveBack(List<Outcome> undelivered, @Nullable Owner owner, Step step) {
        if (!undelivered.isEmpty()) {
            engine.chores.begin(new Return(undelivered, owner, engine), step);
        }
    }

    /** The connection of a named session ended, so the request without a number that waits cannot be answered any more. */
    void stopUntagged(Resumption resumption, Step step) {
        if (resumption.untagged != null) {
            stop(resumption.untagged, step);
        }
    }

    /** The request waits no more and is not answered. */
    private void stop(Waiting waiting, Step step) {
        switch (waiting) {
            case Waiter waiter -> engine.locks.forget(waiter, step);
            case Popper popper -> engine.lists.leave(popper);
            case Participant participant -> engine.barriers.cancel(participant, step);
        }
    }

    /** The time of a request to wait is over. */
    void expire(Waiting waiting, Step step) {
        switch (waiting) {
            case Waiter waiter -> engine.locks.expire(waiter, step);
            case Popper popper -> engine.lists.expire(popper, step);
            case Participant participant -> engine.barriers.expire(participant, step);
        }
    }
}
