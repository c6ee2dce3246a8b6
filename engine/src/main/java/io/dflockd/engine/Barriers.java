package io.dflockd.engine;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Barriers: so many sessions wait until they are so many. One that leaves before that takes all the others with it, and
 * who comes afterwards begins a new barrier. A request that does not want to wait disturbs nobody.
 */
final class Barriers {
    static final class Barrier {
        final String key;
        final long count;
        /** By session, in the order of their arrival. */
        final Map<Long, Participant> participants = new LinkedHashMap<>();
        long lastUsedMs;

        Barrier(String key, long count) {
            this.key = key;
            this.count = count;
        }
    }

    private final KeyBudget budget;
    private final Footprint footprint;
    private final Sessions sessions;
    private final Deadlines deadlines;
    private final Tickets tickets;
    private final Map<String, Barrier> barriers = new LinkedHashMap<>();

    Barriers(KeyBudget budget, Footprint footprint, Sessions sessions, Deadlines deadlines, Tickets tickets) {
        this.budget = budget;
        this.footprint = footprint;
        this.sessions = sessions;
        this.deadlines = deadlines;
        this.tickets = tickets;
    }

    void await(Command.AwaitBarrier command, Entry entry, Step step) {
        var barrier = barriers.get(command.key());
        long present = barrier == null ? 0 : barrier.participants.size();
        if (barrier != null && barrier.count != command.count()) {
            step.answer(entry, Refusal.BARRIER_COUNT_MISMATCH);
        } else if (barrier != null && barrier.participants.containsKey(entry.session())) {
            step.answer(entry, Refusal.INVALID);
        } else if (present + 1 == command.count()) {
            step.answer(entry, Outcome.DONE);
            release(barrier, Outcome.DONE, step);
        } else if (command.waitMs() == 0) {
            step.answer(entry, Outcome.TIMED_OUT);
        } else if (!hasRoom(barrier, command.key())) {
            step.answer(entry, Refusal.MAX_KEYS);
        } else {
            join(command, entry, step);
        }
    }

    /** The time to wait ran out. */
    void expire(Participant participant, Step step) {
        release(participant.barrier, Outcome.TIMED_OUT, step);
    }

    void end(Session session, Step step) {
        for (var participant : List.copyOf(session.participants.all())) {
            leave(participant);
            release(participant.barrier, Outcome.TIMED_OUT, step);
        }
    }

    /** The request waits no more, which cancels the barrier for the others. */
    void cancel(Participant participant, Step step) {
        leave(participant);
        release(participant.barrier, Outcome.TIMED_OUT, step);
    }

    void drain(Step step) {
        for (var barrier : List.copyOf(barriers.values())) {
            release(barrier, new Outcome.Refused(Refusal.DRAINING), step);
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
            budget.add(Footprint.BARRIER_BYTES + key.length());
        }
        return barrier;
    }

    /** Adds a participant to its barrier without asking whether there is room. Its session is left to the caller. */
    void add(Participant participant, long deadlineMs) {
        participant.barrier.participants.put(participant.session.id, participant);
        footprint.countParticipants(1);
        deadlines.schedule(participant, deadlineMs);
    }

    private boolean hasRoom(@Nullable Barrier barrier, String key) {
        return barrier == null
                ? budget.fits(Footprint.BARRIER_BYTES + key.length() + Footprint.PARTICIPANT_BYTES)
                : footprint.fits(Footprint.PARTICIPANT_BYTES);
    }

    private void join(Command.AwaitBarrier command, Entry entry, Step step) {
        var barrier = open(command.key(), command.count());
        barrier.lastUsedMs = step.nowMs();
        var session = sessions.open(entry.session());
        var participant = new Participant(barrier, session, entry.request(), tickets.next());
        session.participants.add(participant);
        add(participant, step.after(command.waitMs()));
    }

    /** Lets all participants go with this outcome, and removes the barrier. */
    private void release(@Nullable Barrier barrier, Outcome outcome, Step step) {
        if (barrier == null || !barriers.remove(barrier.key, barrier)) {
            return;
        }
        budget.remove(Footprint.BARRIER_BYTES + barrier.key.length());
        for (var participant : List.copyOf(barrier.participants.values())) {
            step.effects().answer(participant.session.id, participant.request, outcome);
            leave(participant);
        }
    }

    private void leave(Participant participant) {
        deadlines.cancel(participant);
        participant.barrier.participants.remove(participant.session.id);
        participant.session.participants.remove(participant);
        footprint.countParticipants(-1);
        sessions.forgetIfEmpty(participant.session);
    }
}
