package io.dflockd.engine;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Barriers: so many sessions wait until they are so many. One that leaves before that takes all the others with it, and
 * who comes afterwards begins a new barrier. A request that does not want to wait disturbs nobody.
 */
final class Barriers {
    static final class Barrier implements Slots.Member {
        final String key;
        final long count;
        /** By session, in the order of their arrival. */
        final Table<Session, Participant> participants = new Table<>();
        long lastUsedMs;
        /** How it ended, while its participants are being told; null before. */
        @Nullable Outcome outcome;
        private int slot;

        Barrier(String key, long count) {
            this.key = key;
            this.count = count;
        }

        @Override
        public int slot() {
            return slot;
        }

        @Override
        public void slot(int newSlot) {
            slot = newSlot;
        }
    }

    private final KeyBudget budget;
    private final Footprint footprint;
    private final Sessions sessions;
    private final Owners owners;
    private final Waits waits;
    private final Chores chores;
    private final Table<String, Barrier> barriers = new Table<>();
    private final Slots<Barrier> slots = new Slots<>();

    Barriers(
            KeyBudget budget, Footprint footprint, Sessions sessions, Owners owners, Waits waits, Chores chores) {
        this.budget = budget;
        this.footprint = footprint;
        this.sessions = sessions;
        this.owners = owners;
        this.waits = waits;
        this.chores = chores;
    }

    void await(Command.AwaitBarrier command, Step step) {
        var barrier = barriers.get(command.key());
        if (barrier != null && hasLeavers(barrier)) {
            breakUp(barrier, Outcome.TIMED_OUT, step);
            barrier = null;
        }
        long present = barrier == null ? 0 : barrier.participants.size();
        if (barrier != null && barrier.count != command.count()) {
            step.answer(Refusal.BARRIER_COUNT_MISMATCH);
        } else if (barrier != null && step.asker() != null && barrier.participants.contains(step.asker())) {
            step.answer(Refusal.INVALID);
        } else if (present + 1 == command.count()) {
            step.answer(Outcome.DONE);
            if (barrier != null) {
                breakUp(barrier, Outcome.DONE, step);
            }
        } else if (command.waitMs() == 0) {
            step.answer(Outcome.TIMED_OUT);
        } else if (!owners.mayWait(step.owner())) {
            step.answer(Refusal.MAX_WAITERS);
        } else if (!hasRoom(barrier, command.key())) {
            step.answer(Refusal.MAX_KEYS);
        } else {
            join(command, step);
        }
    }

    /** The time to wait ran out. */
    void expire(Participant participant, Step step) {
        breakUp(participant.barrier, Outcome.TIMED_OUT, step);
        letGo(participant, step);
    }

    /** The request waits no more, which cancels the barrier for the others. */
    void cancel(Participant participant, Step step) {
        leave(participant);
        breakUp(participant.barrier, Outcome.TIMED_OUT, step);
    }

    /** Removes the barrier, and tells all participants this outcome: who comes now begins a new one. */
    void breakUp(Barrier barrier, Outcome outcome, Step step) {
        if (barrier.outcome != null) {
            return;
        }
        barrier.outcome = outcome;
        barriers.remove(barrier.key);
        slots.remove(barrier);
        budget.remove(Footprint.BARRIER_BYTES + barrier.key.length());
        chores.begin(new BarrierEnd(barrier, this), step);
    }

    /** Tells one participant how its barrier ended. Does nothing to one that was told before. */
    void letGo(Participant participant, Step step) {
        var outcome = participant.barrier.outcome;
        if (outcome != null && participant.hasRequest()) {
            step.answer(participant, outcome);
            leave(participant);
        }
    }

    Collection<Barrier> all() {
        return barriers.values();
    }

    /** The barrier of this key, made with this count if there is none yet. Who makes one must join it. */
    Barrier open(String key, long count) {
        var barrier = barriers.get(key);
        if (barrier == null) {
            barrier = new Barrier(key, count);
            barriers.put(key, barrier);
            slots.add(barrier);
            budget.add(Footprint.BARRIER_BYTES + key.length());
        }
        return barrier;
    }

    /** Adds a participant to its barrier without asking whether there is room. Its session is left to the caller. */
    void add(Participant participant, long request, long deadlineMs) {
        participant.barrier.participants.put(participant.session, participant);
        footprint.count(Footprint.Thing.PARTICIPANT, 1);
        owners.countWaiter(participant.owner, 1);
        waits.enter(participant, request, deadlineMs);
    }

    Slots<Barrier> slots() {
        return slots;
    }

    /** A session that is ending waits no more, though its place may not have been cleared yet. Looks at what is less. */
    private boolean hasLeavers(Barrier barrier) {
        var leaving = sessions.leaving();
        boolean termHasCome = sessions.firstOfEarlierTerm() == null;
        return (termHasCome && leaving.size() < barrier.participants.size())
                ? leaving.stream().anyMatch(barrier.participants::contains)
                : barrier.participants.values().stream().anyMatch(one -> !one.isHeard());
    }

    private boolean hasRoom(@Nullable Barrier barrier, String key) {
        long place = Footprint.Thing.PARTICIPANT.bytes + Footprint.SESSION_BYTES;
        return barrier == null
                ? budget.fits(Footprint.BARRIER_BYTES + key.length() + place)
                : footprint.fits(place);
    }

    private void join(Command.AwaitBarrier command, Step step) {
        var barrier = open(command.key(), command.count());
        barrier.lastUsedMs = step.nowMs();
        var asker = step.asker();
        var session = asker == null ? sessions.open(step.sessionId()) : asker;
        var participant = new Participant(barrier, session, waits.nextTicket(), step.nowMs());
        participant.owner = session.owner;
        session.participants.add(participant);
        add(participant, step.request(), step.after(command.waitMs()));
    }

    private void leave(Participant participant) {
        waits.leave(participant);
        participant.barrier.participants.remove(participant.session);
        participant.session.participants.remove(participant);
        footprint.count(Footprint.Thing.PARTICIPANT, -1);
        owners.countWaiter(participant.owner, -1);
        sessions.forgetIfEmpty(participant.session);
    }
}
