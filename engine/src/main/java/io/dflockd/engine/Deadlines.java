package io.dflockd.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is due when: a binary heap whose elements know their places, so that a lease that is renewed or released leaves
 * at once. With leases of half a minute and thousands of releases a second, entries left behind would outnumber the
 * live ones a thousandfold.
 */
final class Deadlines {
    private static final int INITIAL_CAPACITY = 64;

    private @Nullable Timed[] heap = new @Nullable Timed[INITIAL_CAPACITY];
    private int size;

    /** The time of the earliest; {@link Long#MAX_VALUE} where there is none. */
    long nextMs() {
        return size == 0 ? Long.MAX_VALUE : at(0).deadlineMs;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** How many things are scheduled. */
    int size() {
        return size;
    }

    /** Takes out the earliest if it is due at this time. */
    @Nullable
    Timed pollDue(long nowMs) {
        if (nextMs() > nowMs) {
            return null;
        }
        var first = at(0);
        cancel(first);
        return first;
    }

    /** Sets the time of something that may be scheduled already. */
    void schedule(Timed timed, long deadlineMs) {
        cancel(timed);
        timed.deadlineMs = deadlineMs;
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        siftUp(timed, size++);
    }

    /** Does nothing where it is not scheduled. */
    void cancel(Timed timed) {
        int index = timed.heapIndex;
        if (index == Timed.NOT_SCHEDULED) {
            return;
        }
        timed.heapIndex = Timed.NOT_SCHEDULED;
        var last = at(--size);
        heap[size] = null;
        if (last != timed) {
            siftDown(last, index);
            siftUp(last, last.heapIndex);
        }
        if (size * 8 < heap.length && heap.length > INITIAL_CAPACITY) {
            heap = Arrays.copyOf(heap, heap.length / 2);
        }
    }

    private void siftUp(Timed timed, int from) {
        int index = from;
        while (index > 0) {
            var parent = at((index - 1) / 2);
            if (!timed.isBefore(parent)) {
                break;
            }
            place(parent, index);
            index = (index - 1) / 2;
        }
        place(timed, index);
    }

    private void siftDown(Timed timed, int from) {
        int index = from;
        for (int child = 2 * index + 1; child < size; child = 2 * index + 1) {
            if (child + 1 < size && at(child + 1).isBefore(at(child))) {
                child++;
            }
            if (!at(child).isBefore(timed)) {
                break;
            }
            place(at(child), index);
            index = child;
        }
        place(timed, index);
    }

    private void place(Timed timed, int index) {
        heap[index] = timed;
        timed.heapIndex = index;
    }

    private Timed at(int index) {
        var timed = heap[index];
        if (timed == null) {
            throw new IllegalStateException("no deadline at " + index + " of " + size);
        }
        return timed;
    }
}
