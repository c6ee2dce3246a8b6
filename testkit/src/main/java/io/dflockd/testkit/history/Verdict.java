package io.dflockd.testkit.history;

import org.jspecify.annotations.Nullable;

/** Whether the operations on one thing can have been carried out one after the other. */
public sealed interface Verdict {
    /** They can. */
    record Linearizable(String thing, int operations) implements Verdict {}

    /** They cannot. */
    record NotLinearizable(String thing, Explanation explanation) implements Verdict {
        @Override
        public String toString() {
            return thing + " is not linearizable: " + explanation;
        }
    }

    /**
     * The budget was used up before an answer was found: this is no pass.
     *
     * @param farthest how far it got in what was tried
     */
    record Undecided(String thing, String cost, @Nullable Explanation farthest) implements Verdict {
        @Override
        public String toString() {
            return thing + " is undecided: gave up after " + cost
                    + (farthest == null ? "" : "; in what was tried, " + farthest);
        }
    }
}
