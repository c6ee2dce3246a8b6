package io.dflockd.transport;

import io.dflockd.service.session.Precious;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What must not get lost, each with the place in the stream of bytes where its line ends, in that order, and with what it
 * takes to remember it. A ring of three arrays, so that an answer costs no object here. Not thread-safe.
 */
final class PreciousQueue {
    private @Nullable Precious[] items = new @Nullable Precious[2];
    private long[] ends = new long[2];
    private int[] sizes = new int[2];
    private int head;
    private int size;

    void add(Precious precious, long endsAt, int bytes) {
        if (size == items.length) {
            grow();
        }
        int slot = slot(size++);
        items[slot] = precious;
        ends[slot] = endsAt;
        sizes[slot] = bytes;
    }

    /** Forgets those whose lines end at or before a place. Returns what it took to remember them. */
    long takenTo(long place) {
        long bytes = 0;
        while (size > 0 && ends[head] <= place) {
            bytes += sizes[head];
            items[head] = null;
            head = slot(1);
            size--;
        }
        return bytes;
    }

    /** Takes all out, the latest first. */
    List<Precious> drain() {
        var latestFirst = new ArrayList<Precious>(size);
        while (size > 0) {
            int slot = slot(--size);
            var item = items[slot];
            if (item != null) {
                latestFirst.add(item);
            }
            items[slot] = null;
        }
        return latestFirst;
    }

    private int slot(int index) {
        return (head + index) & (items.length - 1);
    }

    private void grow() {
        var moreItems = Arrays.copyOf(items, size * 2);
        var moreEnds = Arrays.copyOf(ends, size * 2);
        var moreSizes = Arrays.copyOf(sizes, size * 2);
        for (int i = 0; i < size; i++) {
            moreItems[i] = items[slot(i)];
            moreEnds[i] = ends[slot(i)];
            moreSizes[i] = sizes[slot(i)];
        }
        items = moreItems;
        ends = moreEnds;
        sizes = moreSizes;
        head = 0;
    }
}
