package io.dflockd.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values of a list key and those who wait for one. It has both only while a settlement is under way. */
final class ValueList implements Slots.Member {
    private static final int INITIAL_CAPACITY = 4;
    private static final int SHRUNK_PART = 4;

    final String key;
    final Owned<Popper> poppers = new Owned<>();
    /** For whom it counts, beside what is in it: who made it; null for nobody. */
    final @Nullable Owner owner;
    long lastUsedMs;
    /** What is to go on giving its values to those who wait in a later step; null for nothing. */
    @Nullable ListSettlement settlement;
    /** A ring, so that values come and go at both ends and any of them is found at once. */
    private @Nullable String[] ring = new @Nullable String[INITIAL_CAPACITY];
    /** For whom the values of the ring count; null where that is nobody for all of them. */
    private @Nullable Owner @Nullable [] owners;
    private int owned;
    private int head;
    private int size;
    private long textBytes;
    private int slot;

    ValueList(String key, @Nullable Owner owner) {
        this.key = key;
        this.owner = owner;
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

    void push(End end, String value, @Nullable Owner ofValue) {
        if (size == ring.length) {
            resize(size * 2);
        }
        if (end == End.LEFT) {
            head = (head - 1) & (ring.length - 1);
        }
        int at = end == End.LEFT ? head : (head + size) & (ring.length - 1);
        ring[at] = value;
        if (ofValue != null && owners == null) {
            owners = new @Nullable Owner[ring.length];
        }
        if (owners != null) {
            owners[at] = ofValue;
            owned += ofValue == null ? 0 : 1;
        }
        size++;
        textBytes += value.length();
    }

    /** For whom the value counts that is the next at this end. */
    @Nullable
    Owner ownerAt(End end) {
        return owners == null ? null : owners[placeOf(end)];
    }

    /** Whether there are values that count for somebody. */
    boolean hasOwners() {
        return owned > 0;
    }

    /** For whom the values count, from left to right. */
    List<@Nullable Owner> owners() {
        var all = new ArrayList<@Nullable Owner>(size);
        for (int i = 0; i < size; i++) {
            all.add(owners == null ? null : owners[(head + i) & (ring.length - 1)]);
        }
        return all;
    }

    private int placeOf(End end) {
        return end == End.LEFT ? head : (head + size - 1) & (ring.length - 1);
    }

    String pop(End end) {
        int at = placeOf(end);
        var value = ring[at];
        if (value == null) {
            throw new IllegalStateException(key + " is empty");
        }
        ring[at] = null;
        if (owners != null) {
            owned -= owners[at] == null ? 0 : 1;
            owners[at] = null;
            owners = owned == 0 ? null : owners;
        }
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
        copyTo(resized, ring);
        if (owners != null) {
            var resizedOwners = new @Nullable Owner[capacity];
            copyTo(resizedOwners, owners);
            owners = resizedOwners;
        }
        ring = resized;
        head = 0;
    }

    private void copyTo(Object resized, Object former) {
        int before = Math.min(size, ring.length - head);
        System.arraycopy(former, head, resized, 0, before);
        System.arraycopy(former, 0, resized, before, size - before);
    }
}
