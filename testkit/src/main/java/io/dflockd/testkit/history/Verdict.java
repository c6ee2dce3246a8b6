package io.dflockd.testkit.history;

/** Whether the operations on one thing can have been carried out one after the other. */
public sealed interface Verdict {
    /** They can. */
    record Linearizable(String thing, int operations) implements Verdict {}

    /** They cannot. */
    record NotLinearizable(String thing, Explanation explanation) implements Verdict {
        @Override
        public String toString() {
            return explanation.toString();
        }
    }

    /** The budget was used up before an answer was found: this is no pass. */
    record Undecided(String thing, int operations, String why) implements Verdict {
        @Override
        public String toString() {
            return thing + " is undecided: " + why + ", for " + operations + " operations";
        }
    }
}
