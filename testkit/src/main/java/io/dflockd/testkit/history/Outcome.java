package io.dflockd.testkit.history;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How an operation ended for its client. */
public sealed interface Outcome {
    /** The client got this answer. */
    record Returned(@Nullable Object answer) implements Outcome {
        @Override
        public boolean allows(@Nullable Object other) {
            return Objects.equals(answer, other);
        }

        @Override
        public String toString() {
            return answer == null ? "nil" : answer.toString();
        }
    }

    /** The operation takes effect at any time from when it was invoked, or never. */
    record Unknown() implements Outcome {
        @Override
        public boolean allows(@Nullable Object other) {
            return true;
        }

        @Override
        public String toString() {
            return "unknown";
        }
    }

    /** The client got no answer, but others saw what it did: it takes effect before that. */
    record Seen() implements Outcome {
        @Override
        public boolean allows(@Nullable Object other) {
            return true;
        }

        @Override
        public String toString() {
            return "unknown, but seen";
        }
    }

    /** The operation has no effect, for certain. */
    record Refused(String why) implements Outcome {
        @Override
        public boolean allows(@Nullable Object other) {
            return false;
        }

        @Override
        public String toString() {
            return "refused: " + why;
        }
    }

    /** Whether it fits an operation that was carried out with this answer. */
    boolean allows(@Nullable Object answer);
}
