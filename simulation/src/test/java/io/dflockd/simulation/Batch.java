package io.dflockd.simulation;

import io.dflockd.engine.Action;
import java.util.List;

/** What one node handed to the log at a time, as {@code replication} does it: numbered from 0 in each term. */
record Batch(long term, long number, long timeMs, List<Action> actions) {
    Batch {
        actions = List.copyOf(actions);
    }
}
