package io.dflockd.engine;

import java.util.ArrayDeque;
import java.util.Collection;

/** The server is about to stop: all waiting requests are refused, one session after the other. */
final class Drainage implements Chore {
    /** By number, because some may be gone before their turn comes. */
    final ArrayDeque<Long> numbers;
    private final Sessions sessions;
    private final Locks locks;
    private final Lists lists;
    private final Barriers barriers;

    Drainage(Collection<Long> numbers, Sessions sessions, Locks locks, Lists lists, Barriers barriers) {
        this.numbers = new ArrayDeque<>(numbers);
        this.sessions = sessions;
        this.locks = locks;
        this.lists = lists;
        this.barriers = barriers;
    }

    @Override
    public boolean work(Step step) {
        while (!numbers.isEmpty()) {
            var session = sessions.find(numbers.getFirst());
            if (session != null && !drain(session, step)) {
                return false;
            }
            numbers.removeFirst();
        }
        return true;
    }

    private boolean drain(Session session, Step step) {
        for (var popper = session.poppers.oldest(); popper != null; popper = session.poppers.oldest()) {
            if (step.isSpent()) {
                return false;
            }
            step.answer(popper, new Outcome.Refused(Refusal.DRAINING));
            lists.leave(popper);
            step.spend();
        }
        for (var one = session.participants.oldest(); one != null; one = session.participants.oldest()) {
            if (step.isSpent()) {
                return false;
            }
            barriers.breakUp(one.barrier, new Outcome.Refused(Refusal.DRAINING), step);
            barriers.letGo(one, step);
            step.spend();
        }
        return locks.drain(session, step);
    }
}
