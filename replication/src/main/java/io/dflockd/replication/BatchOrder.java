package io.dflockd.replication;

import java.util.Optional;

/** Whether batches come one after another: in a term they are numbered from 0, and terms do not go back. Not thread-safe. */
final class BatchOrder {
    /** The number before the first of a term. */
    static final long NONE = -1;

    private long term;
    private long number = NONE;

    /** Goes on behind the batch of this number. */
    void continueAfter(long latestTerm, long latestNumber) {
        term = latestTerm;
        number = latestNumber;
    }

    /** The number of the latest batch if it was of this term; {@link #NONE} else. */
    long numberIn(long ofTerm) {
        return ofTerm == term ? number : NONE;
    }

    /** Takes the next one. Where it does not follow, says why and takes nothing. */
    Optional<String> take(long nextTerm, long nextNumber) {
        if (nextTerm < term) {
            return Optional.of("it is of term " + nextTerm + ", after one of term " + term);
        }
        long expected = numberIn(nextTerm) + 1;
        if (nextNumber != expected) {
            return Optional.of("it is number " + nextNumber + " of term " + nextTerm + ", must be number " + expected);
        }
        continueAfter(nextTerm, nextNumber);
        return Optional.empty();
    }
}
