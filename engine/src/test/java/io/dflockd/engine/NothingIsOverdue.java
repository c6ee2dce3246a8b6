package io.dflockd.engine;

/** What is due has happened; who waits for a value or at a barrier could not go on; what is bounded is within its bounds. */
final class NothingIsOverdue implements Invariant {
    private final EngineLimits limits;

    NothingIsOverdue(EngineLimits limits) {
        this.limits = limits;
    }

    @Override
    public void check(Applied applied) {
        var engine = applied.engine();
        Invariant.require(engine.nextDeadlineMs() > engine.nowMs, "something is overdue");
        for (var list : engine.lists.all()) {
            Invariant.require(list.values.isEmpty() != list.poppers.isEmpty(), list.key + " has both or neither");
        }
        for (var barrier : engine.barriers.all()) {
            int present = barrier.participants.size();
            Invariant.require(present > 0 && present < barrier.count, barrier.key + " has " + present);
        }
        for (var session : engine.sessions.all()) {
            Invariant.require(!session.isForgettable(), "session " + session.id + " owns nothing");
        }
        checkLimits(engine);
    }

    private void checkLimits(Engine engine) {
        var census = engine.census();
        long lists = engine.lists.all()
                .stream()
                .filter(list -> !list.values.isEmpty())
                .count();
        long keys = census.counters() + census.values() + lists + census.barriers();
        Invariant.require(census.resources() <= limits.maxLocks(), "too many lock keys");
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
