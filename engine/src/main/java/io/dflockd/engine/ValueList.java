package io.dflockd.engine;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values of a list key and those who wait for one. It has both only while a settlement is under way. */
final class ValueList implements Slots.Member {
    private static final int INITIAL_CAPACITY = 4;
    private static final int SHRUNK_PART = 4;

    final String key;
    final Owned<Popper> poppers = new Owned<>();
    long lastUsedMs;
    /** What is to go on giving its values to those who wait in a later step; null for nothing. */
    @Nullable ListSettlement settlement;
    /** A ring, so that values come and go at both ends and any of them is found at once. */
    private @Nullable String[] ring = new @Nullable String[INITIAL_CAPACITY];
    private int head;
    private int size;
    private long textBytes;
    private int slot;

    ValueList(String key) {
        this.key = key;
    }

    boolean isUnused() {
        return size == 0 && poppers.isEmpty();
    }

    int size() {
        return size;
    }

    /** What the texts of all values take. */
    long textBytes() {
        return textBytes;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void push(End end, String value) {
        if (size == ring.length) {
            resize(size * 2);
        }
        if (end == End.LEFT) {
            head = (head - 1) & (ring.length - 1);
            ring[head] = value;
        } else {
            ring[(head + size) & (ring.length - 1)] = value;
        }
        size++;
        textBytes += value.length();
    }

    String pop(End end) {
        int at = end == End.LEFT ? head : (head + size - 1) & (ring.length - 1);
        var value = ring[at];
        if (value == null) {
            throw new IllegalStateException(key + " is empty");
        }
        ring[at] = null;
        if (end == End.LEFT) {
            head = (head + 1) & (ring.length - 1);
        }
        size--;
        textBytes -= value.length();
        if (ring.length > INITIAL_CAPACITY && size < ring.length / SHRUNK_PART) {
            resize(ring.length / 2);
        }
        return value;
    }

    /** How many values there are between two positions, both included; negative ones count from the end. */
    int count(long start, long stop) {
        return (int) Math.max(0, to(stop) - from(start) + 1);
    }

    /** The values between two positions, as {@link #count} says. */
    List<String> range(long start, long stop) {
        int count = count(start, stop);
        if (count == 0) {
            return List.of();
        }
        int first = (head + (int) from(start)) & (ring.length - 1);
        var range = new String[count];
        int before = Math.min(count, ring.length - first);
        System.arraycopy(ring, first, range, 0, before);
        System.arraycopy(ring, 0, range, before, count - before);
        return Arrays.asList(range);
    }

    /** What the texts of a range take; where that is more than {@code most}, something above that. */
    long textBytes(long start, long stop, long most) {
        long bytes = 0;
        int from = (int) from(start);
        for (int i = count(start, stop) - 1; i >= 0 && bytes <= most; i--) {
            var value = ring[(head + from + i) & (ring.length - 1)];
            bytes += value == null ? 0 : value.length();
        }
        return bytes;
    }

    /** All values, from left to right. */
    List<String> values() {
        return range(0, -1);
    }

    @Override
    public int slot() {
        return slot;
    }

    @Override
    public void slot(int newSlot) {
        slot = newSlot;
    }

    /** Never beyond the end, nor {@link #to} before the beginning, so that their difference is no larger than the list. */
    private long from(long start) {
        return Math.clamp(start < 0 ? start + size : start, 0L, size);
    }

    private long to(long stop) {
        return Math.clamp(stop < 0 ? stop + size : stop, -1L, size - 1L);
    }

    private void resize(int capacity) {
        var resized = new @Nullable String[capacity];
        int before = Math.min(size, ring.length - head);
        System.arraycopy(ring, head, resized, 0, before);
        System.arraycopy(ring, 0, resized, before, size - before);
        ring = resized;
        head = 0;
    }
}
