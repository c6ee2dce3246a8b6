package io.dflockd.transport;

import java.util.Arrays;

/**
 * Where in the stream of bytes the lines of pushes end, in that order, so that those can be counted that were not taken
 * whole. Lines of one length that follow each other are one entry, so a stream of signals costs next to nothing. Not
 * thread-safe.
 */
final class PushEnds {
    private static final int INITIAL_ENTRIES = 2;
    private static final long[] NO_ENDS = {};
    private static final int[] NO_NUMBERS = {};

    /**
     * A ring: where the last line of an entry ends, how long each of its lines is, and how many there are. No room is taken
     * before the first push, which most connections never get.
     */
    private long[] ends = NO_ENDS;
    private int[] lengths = NO_NUMBERS;
    private int[] counts = NO_NUMBERS;
    private int head;
    private int size;
    /** The slot of the last entry, where there is one. */
    private int last;
    private int total;

    /** How many lines are remembered. */
    int count() {
        return total;
    }

    /** A line of this length, which is not 0, ends at a place behind all others. */
    void add(long endsAt, int length) {
        total++;
        if (size > 0 && ends[last] == endsAt - length && lengths[last] == length) {
            ends[last] = endsAt;
            counts[last]++;
            return;
        }
        if (size == ends.length) {
            grow();
        }
        last = slot(size++);
        ends[last] = endsAt;
        lengths[last] = length;
        counts[last] = 1;
    }

    /** Forgets the lines that end at or before a place. */
    void takenTo(long place) {
        while (size > 0 && ends[head] <= place) {
            total -= counts[head];
            head = slot(1);
            size--;
        }
        if (size > 0) {
            long rest = (ends[head] - place + lengths[head] - 1) / lengths[head];
            if (rest < counts[head]) {
                total -= counts[head] - (int) rest;
                counts[head] = (int) rest;
            }
        }
    }

    private int slot(int index) {
        return (head + index) & (ends.length - 1);
    }

    private void grow() {
        int entries = Math.max(INITIAL_ENTRIES, size * 2);
        var moreEnds = Arrays.copyOf(ends, entries);
        var moreLengths = Arrays.copyOf(lengths, entries);
        var moreCounts = Arrays.copyOf(counts, entries);
        for (int i = 0; i < size; i++) {
            moreEnds[i] = ends[slot(i)];
            moreLengths[i] = lengths[slot(i)];
            moreCounts[i] = counts[slot(i)];
        }
        ends = moreEnds;
        lengths = moreLengths;
        counts = moreCounts;
        head = 0;
    }
}
