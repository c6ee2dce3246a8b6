package io.dflockd.engine;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which term it is. All connections end with their leader; so who was last spoken for in an earlier term is spoken for by
 * nobody, from the moment at which the next one began, also while its {@link TermOpening} has not come to it yet.
 */
final class Terms {
    private long latest;
    /** When the terms began whose openings have not come to all sessions yet. */
    private final TreeMap<Long, Long> beginnings = new TreeMap<>();

    long latest() {
        return latest;
    }

    void begin(long term, long timeMs) {
        latest = term;
        beginnings.put(term, timeMs);
    }

    /** When an earlier term was over. */
    long endMs(long term) {
        var next = beginnings.higherEntry(term);
        if (next == null) {
            throw new IllegalStateException("term " + term + " is not over, or its end was forgotten");
        }
        return next.getValue();
    }

    /** Nobody is left who was last spoken for before this term. */
    void forgetBefore(long term) {
        beginnings.headMap(term, true).clear();
    }

    SortedMap<Long, Long> beginnings() {
        return beginnings;
    }

    void restoreLatest(long term) {
        latest = term;
    }
}
