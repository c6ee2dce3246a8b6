package io.dflockd.engine;

import java.util.List;

/**
 * What can be told of an engine by numbers, as of one moment.
 *
 * @param tally what has happened, which changes no more
 * @param oldestWaitMs for how long somebody has waited for a hold, at most; 0 where nobody does
 * @param groups the groups that keys are counted apart by, in their order
 */
public record Measures(Census census, EngineLimits limits, Tally tally, long oldestWaitMs, List<Group> groups) {
    public Measures {
        groups = List.copyOf(groups);
    }

    /** The same of the keys of one group. */
    public record Group(int holds, int waiters, long oldestWaitMs, long grants) {}
}
