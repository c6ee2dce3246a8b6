package io.dflockd.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes from a session what it has. Subscriptions go first, so that it is told nothing of its own end, and its waiters
 * before its holds, so that none gets what another of them makes room for.
 */
final class SessionEnd implements Chore {
    final Session session;
    private final Engine engine;

    SessionEnd(Session session, Engine engine) {
        this.session = session;
        this.engine = engine;
        session.beingEnded = true;
    }

    @Override
    public boolean work(Step step) {
        boolean done = unsubscribe(step)
                && giveBack(step)
                && stopWaiting(step)
                && (session.phase == Session.Phase.SET_ASIDE || endHolds(step));
        if (done) {
            session.beingEnded = false;
            engine.topics.unparked(session);
            engine.locks.reservations.forgetExpired(session);
            if (session.phase == Session.Phase.SET_ASIDE) {
                engine.sessions.forgetIfEmpty(session);
            } else {
                engine.sessions.forget(session);
            }
        }
        return done;
    }

    private boolean unsubscribe(Step step) {
        for (var one = session.subscriptions.oldest(); one != null; one = session.subscriptions.oldest()) {
            if (step.isSpent()) {
                return false;
            }
            switch (one.kind()) {
                case LISTENER -> engine.topics.remove(session, one);
                case WATCH -> engine.watches.remove(session, one);
                case OBSERVER -> engine.elections.remove(session, one);
            }
            step.spend();
        }
        return true;
    }

    /** What its answers gave and was never acknowledged, the latest first. */
    private boolean giveBack(Step step) {
        if (session.resumption == null) {
            return true;
        }
        var owed = session.resumption.owed;
        while (owed.size() > 0) {
            if (step.isSpent()) {
                return false;
            }
            @Nullable Object latest = owed.removeLatest();
            if (latest != null) {
                Return.give(latest, session, session.owner, engine, step);
            }
            step.spend();
        }
        return true;
    }

    private boolean stopWaiting(Step step) {
        for (var popper = session.poppers.oldest(); popper != null; popper = session.poppers.oldest()) {
            if (step.isSpent()) {
                return false;
            }
            engine.lists.leave(popper);
            step.spend();
        }
        for (var one = session.participants.oldest(); one != null; one = session.participants.oldest()) {
            if (step.isSpent()) {
                return false;
            }
            engine.barriers.cancel(one, step);
            step.spend();
        }
        var left = new ArrayList<Resource>();
        while (!session.waiters.isEmpty() && !step.isSpent()) {
            var waiter = session.waiters.oldest();
            if (waiter != null) {
                engine.locks.leave(waiter);
                left.add(waiter.resource);
                step.spend();
            }
        }
        left.forEach(resource -> engine.locks.settle(resource, step));
        return session.waiters.isEmpty();
    }

    /** The holds of one slice, by their resources: watchers are told once for each. */
    private boolean endHolds(Step step) {
        while (!session.holds.isEmpty()) {
            if (step.isSpent()) {
                return false;
            }
            var ending = new LinkedHashMap<Resource, List<Hold>>();
            int most = step.left();
            for (var hold : session.holds) {
                if (most-- == 0) {
                    break;
                }
                ending.computeIfAbsent(hold.resource, unused -> new ArrayList<>(1)).add(hold);
            }
            for (var holds : ending.values()) {
                // Many may watch each of the keys, so a slice can be over before so many holds have ended.
                if (step.isSpent()) {
                    return false;
                }
                step.spend(holds.size());
                engine.locks.endAll(session, holds, step);
            }
        }
        return true;
    }
}
