package io.dflockd.engine;

import java.util.EnumMap;

/** Who holds and who waits is counted as a walk over all that there is would count it, before and after a snapshot. */
final class PopulationIsARecount implements Invariant {
    @Override
    public void check(Applied applied) {
        var engine = applied.engine();
        var holds = new EnumMap<HoldKind, Integer>(HoldKind.class);
        var waiters = new EnumMap<HoldKind, Integer>(HoldKind.class);
        for (var kind : HoldKind.values()) {
            holds.put(kind, 0);
            waiters.put(kind, 0);
        }
        long oldestMs = engine.nowMs();
        boolean waits = false;
        for (var resource : engine.locks.resources.all()) {
            resource.holders().forEach(hold -> holds.merge(hold.kind(), 1, Integer::sum));
            for (var waiter : resource.waiters()) {
                waiters.merge(waiter.kind(), 1, Integer::sum);
                oldestMs = Math.min(oldestMs, waiter.sinceMs);
                waits = true;
            }
        }
        Invariant.require(holds.equals(engine.population.holds()),
                "holds are counted " + engine.population.holds() + ", there are " + holds);
        Invariant.require(waiters.equals(engine.population.waiters()),
                "waiters are counted " + engine.population.waiters() + ", there are " + waiters);
        long oldestWaitMs = engine.population.oldestWaitMs(engine.nowMs());
        Invariant.require(oldestWaitMs == (waits ? engine.nowMs() - oldestMs : 0),
                "the oldest wait is said to be " + oldestWaitMs + " ms, it began at " + oldestMs);
    }
}
