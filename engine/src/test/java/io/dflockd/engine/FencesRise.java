package io.dflockd.engine;

import java.util.LinkedHashSet;
import java.util.Set;

/** Each grant has a fence above all that were there before it, over all keys. */
final class FencesRise implements Invariant {
    private long last;
    private Set<Long> known = new LinkedHashSet<>();

    @Override
    public void check(Applied applied) {
        long before = last;
        last = applied.engine().lastFence();
        Invariant.require(last >= before, "the fence went back from " + before + " to " + last);
        if (applied.entry().command() instanceof Command.OpenTerm open) {
            Invariant.require(last >= open.wallMicros(), "the fence is below the clock on the wall");
        }
        var present = new LinkedHashSet<Long>();
        for (var resource : applied.engine().locks.resources.all()) {
            for (var hold : resource.holders()) {
                Invariant.require(present.add(hold.fence), "two holds have fence " + hold.fence);
                boolean isNew = hold.fence > before && hold.fence <= last;
                Invariant.require(isNew != known.contains(hold.fence), "a new hold got the old fence " + hold.fence);
            }
        }
        known = present;
    }
}
