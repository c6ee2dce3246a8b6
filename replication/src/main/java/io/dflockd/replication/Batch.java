package io.dflockd.replication;

import io.dflockd.engine.Action;
import java.util.List;

/**
 * Actions that stand in the log as one entry and are applied at one time.
 *
 * @param rules the number of the rules that its writer decides by
 * @param term the term in which it was proposed
 * @param number which batch of its term it is, the first being 0: where one is missing, nothing must be applied
 * @param timeMs the log's time
 */
record Batch(int rules, long term, long number, long timeMs, List<Action> actions) {}
