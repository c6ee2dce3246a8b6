package io.dflockd.transport;

import java.util.ArrayDeque;

/**
 * Bytes that were read and have to wait, in the pieces in which they came: nothing that is here is copied when more comes,
 * since a peer that has ended is read to its end, which may be megabytes more. Not thread-safe.
 */
final class Rest {
    /** What is read may come in small pieces, so room for some more is made at once. */
    private static final int MAX_SPARE_BYTES = 1 << 20;

    private final ArrayDeque<byte[]> pieces = new ArrayDeque<>(0);
    /** Where the first piece goes on, and where the last one ends. */
    private int from;
    private int to;
    private long capacity;

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** What it takes of the memory. */
    long capacity() {
        return capacity;
    }

    void add(byte[] bytes, int start, int end) {
        int next = start;
        while (next < end) {
            var last = pieces.peekLast();
            if (last == null || to == last.length) {
                last = new byte[(int) Math.max(end - next, Math.min(capacity, MAX_SPARE_BYTES))];
                pieces.add(last);
                capacity += last.length;
                to = 0;
            }
            int count = Math.min(end - next, last.length - to);
            System.arraycopy(bytes, next, last, to, count);
            to += count;
            next += count;
        }
    }

    /** The first piece; only where there is one. */
    byte[] first() {
        return pieces.getFirst();
    }

    /** Where what waits begins in the first piece. */
    int from() {
        return from;
    }

    /** Where it ends there. */
    int end() {
        return pieces.size() == 1 ? to : first().length;
    }

    /** What stood before this place in the first piece waits no more. */
    void takenTo(int place) {
        from = place;
        if (from == end()) {
            capacity -= pieces.remove().length;
            from = 0;
        }
    }

    void clear() {
        pieces.clear();
        from = 0;
        capacity = 0;
    }
}
