package io.dflockd.engine;

/** What is due has happened; who waits for a value or at a barrier could not go on; what is bounded is within its bounds. */
final class NothingIsOverdue implements Invariant {
    /** Steps that do so much leave nothing over in histories as small as these. */
    private static final int LARGE_SLICE = 1_000;

    private final EngineLimits limits;
    private final int slice;

    NothingIsOverdue(EngineLimits limits, int slice) {
        this.limits = limits;
        this.slice = slice;
    }

    @Override
    public void check(Applied applied) {
        var engine = applied.engine();
        boolean leftOver = engine.nextDeadlineMs() <= engine.nowMs || !engine.chores.isEmpty();
        Invariant.require(!leftOver || slice < LARGE_SLICE || isSettingAside(engine), "something is overdue");
        for (var list : engine.lists.all()) {
            boolean awaited = list.poppers.all().stream().anyMatch(popper -> popper.session.isOpen());
            boolean settled = list.settlement == null;
            Invariant.require(list.isEmpty() || !awaited || !settled, list.key + " has values and is waited for");
            Invariant.require(settled || (!list.isEmpty() && !list.poppers.isEmpty()), list.key + " is settled");
            Invariant.require(!list.isUnused(), list.key + " has neither");
        }
        for (var barrier : engine.barriers.all()) {
            int present = barrier.participants.size();
            Invariant.require(present > 0 && present < barrier.count, barrier.key + " has " + present);
        }
        for (var session : engine.sessions.all()) {
            Invariant.require(session.isOpen() && !session.isForgettable(), "session " + session.id + " owns nothing");
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
        long lists = engine.lists.all()
                .stream()
                .filter(list -> !list.isEmpty())
                .count();
        long keys = census.counters() + census.values() + lists + census.barriers();
        Invariant.require(census.resources() <= limits.maxLocks(), "too many lock keys");
        Invariant.require(census.namedSessions() <= limits.maxSessions(), "too many sessions");
        for (var resource : engine.locks.resources.all()) {
            Invariant.require(
                    limits.maxWaiters() == 0 || resource.waiterCount() <= limits.maxWaiters(),
                    "too many wait for " + resource.key);
        }
        // What is put back comes in whatever the limits say, one key and one value at a time.
        Invariant.require(limits.maxKeys() == 0 || keys <= limits.maxKeys() + engine.lists.all().size(),
                "too many keys");
    }
}
