package io.dflockd.engine;

import java.util.LinkedHashSet;
import java.util.Set;

/** Nobody is granted while one who came earlier for the same key still waits. The salt of an entry is its number. */
final class QueuesAreFair implements Invariant {
    private Set<Long> known = new LinkedHashSet<>();

    @Override
    public void check(Applied applied) {
        var present = new LinkedHashSet<Long>();
        for (var resource : applied.engine().locks.resources.all()) {
            long firstArrival = resource.waiters()
                    .stream()
                    .mapToLong(waiter -> waiter.salt)
                    .min()
                    .orElse(Long.MAX_VALUE);
            for (var hold : resource.holders()) {
                present.add(hold.fence);
                boolean overtook = !known.contains(hold.fence) && hold.salt > firstArrival;
                Invariant.require(!overtook,
                        "arrival " + hold.salt + " overtook " + firstArrival + " at " + resource.key);
            }
            long previous = -1;
            for (var waiter : resource.waiters()) {
                Invariant.require(waiter.salt > previous, "the queue of " + resource.key + " is out of order");
                previous = waiter.salt;
            }
        }
        known = present;
    }
}
