package io.dflockd.engine;

import java.util.LinkedHashMap;
import java.util.Map;

/** What is due has happened; who waits for a value or at a barrier could not go on; what is bounded is within its bounds. */
final class NothingIsOverdue implements Invariant {
    /** Steps that do so much leave nothing over in histories as small as these. */
    private static final int LARGE_SLICE = 1_000;

    private final int slice;
    /** How much there was before, by what it was: where limits were lowered it may be more than there may be. */
    private final Map<String, Long> before = new LinkedHashMap<>();

    NothingIsOverdue(int slice) {
        this.slice = slice;
    }

    @Override
    public void check(Applied applied) {
        var engine = applied.engine();
        boolean leftOver = engine.nextDeadlineMs() <= engine.nowMs || !engine.chores.isEmpty();
        Invariant.require(!leftOver || slice < LARGE_SLICE || isSettingAside(engine), "something is overdue");
        for (var list : engine.lists.all()) {
            boolean awaited = list.poppers.all().stream().anyMatch(Waiting::isHeard);
            boolean settled = list.settlement == null;
            Invariant.require(list.isEmpty() || !awaited || !settled, list.key + " has values and is waited for");
            Invariant.require(settled || (!list.isEmpty() && !list.poppers.isEmpty()), list.key + " is settled");
            Invariant.require(!list.isUnused(), list.key + " has neither");
        }
        for (var barrier : engine.barriers.all()) {
            int present = barrier.participants.size();
            Invariant.require(present > 0 && present < barrier.count, barrier.key + " has " + present);
        }
        boolean opening = engine.chores.all().contains(engine.termOpening);
        long term = 0;
        for (var session : engine.sessions.all()) {
            Invariant.require(session.phase == Session.Phase.OPEN && session.term >= term,
                    session.id + " is out of order");
            Invariant.require(session.isOfEarlierTerm() ? opening : !session.isForgettable(),
                    "session " + session.id + " owns nothing, or no term will come to it");
            term = session.term;
        }
        for (var session : engine.sessions.leaving()) {
            boolean expected = session.phase == Session.Phase.SET_ASIDE || session.beingEnded;
            Invariant.require(expected && !session.isOpen(), "session " + session.id + " is not being ended");
        }
        checkLimits(engine);
    }

    /** That is always left to later steps. */
    private static boolean isSettingAside(Engine engine) {
        return engine.chores.all()
                .stream()
                .allMatch(chore -> chore instanceof SessionEnd end && end.session.phase == Session.Phase.SET_ASIDE);
    }

    private void checkLimits(Engine engine) {
        var census = engine.census();
        var limits = engine.limits();
        requireAtMost(limits.maxLocks(), "lock keys", census.resources());
        requireAtMost(limits.maxSessions(), "named sessions", census.namedSessions());
        for (var resource : engine.locks.resources.all()) {
            requireAtMost(orAny(limits.maxWaiters()), "waiters for " + resource.key, resource.waiterCount());
        }
        // Lists may be more: what is put back comes in whatever the limits say.
        requireAtMost(orAny(limits.maxKeys()), "keys but for lists",
                census.counters() + census.values() + census.barriers());
    }

    private static long orAny(int limit) {
        return limit == 0 ? Integer.MAX_VALUE : limit;
    }

    private void requireAtMost(long limit, String what, long count) {
        long earlier = before.getOrDefault(what, 0L);
        Invariant.require(count <= Math.max(limit, earlier), count + " " + what + ", more than " + limit);
        before.put(what, count);
    }
}
