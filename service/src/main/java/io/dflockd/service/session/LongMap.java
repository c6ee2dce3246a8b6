package io.dflockd.service.session;

import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A hash table from numbers above 0 to things, without boxes: it is asked for each line that goes out. Open addressing with
 * linear probing; what is removed leaves no mark, because those behind it move up. Not thread-safe.
 */
final class LongMap<V> {
    private static final int INITIAL_SLOTS = 16;
    private static final int BYTES_OF_A_SLOT = 12;
    private static final long FREE = 0;
    /** The golden ratio in 64 bits: spreads numbers that follow each other over all slots. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private long[] keys = new long[INITIAL_SLOTS];
    private @Nullable Object[] values = new @Nullable Object[INITIAL_SLOTS];
    private int size;

    int size() {
        return size;
    }

    /** What its slots take, without the things in them. It never takes less than it did. */
    int bytes() {
        return keys.length * BYTES_OF_A_SLOT;
    }

    @SuppressWarnings("unchecked") // only put writes values
    @Nullable
    V get(long key) {
        return (V) values[slotOf(key)];
    }

    boolean containsKey(long key) {
        return keys[slotOf(key)] == key;
    }

    /** Adds it, in place of one that was there. */
    void put(long key, V value) {
        if (key <= FREE) {
            throw new IllegalArgumentException("a key must be above 0, not " + key);
        }
        int slot = slotOf(key);
        if (keys[slot] == FREE) {
            if (++size > keys.length / 2) {
                resize();
                slot = slotOf(key);
            }
            keys[slot] = key;
        }
        values[slot] = value;
    }

    void remove(long key) {
        int hole = slotOf(key);
        if (keys[hole] != key) {
            return;
        }
        size--;
        for (int at = next(hole); keys[at] != FREE; at = next(at)) {
            // One that would be found from its home without passing the hole stays.
            if (distance(home(keys[at]), at) >= distance(hole, at)) {
                keys[hole] = keys[at];
                values[hole] = values[at];
                hole = at;
            }
        }
        keys[hole] = FREE;
        values[hole] = null;
    }

    /** All keys and, between them, places that are free. */
    long[] keys() {
        return keys.clone();
    }

    /** The action must not change the map. */
    @SuppressWarnings("unchecked") // only put writes values
    void forEach(Consumer<V> action) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] != FREE) {
                action.accept((V) Objects.requireNonNull(values[i]));
            }
        }
    }

    /** Where the key is, or the free slot where it would be. */
    private int slotOf(long key) {
        int slot = home(key);
        while (keys[slot] != key && keys[slot] != FREE) {
            slot = next(slot);
        }
        return slot;
    }

    private int home(long key) {
        return (int) ((key * SPREAD) >>> 32) & (keys.length - 1);
    }

    private int next(int slot) {
        return (slot + 1) & (keys.length - 1);
    }

    private int distance(int from, int to) {
        return (to - from) & (keys.length - 1);
    }

    private void resize() {
        var formerKeys = keys;
        var formerValues = values;
        keys = new long[formerKeys.length * 2];
        values = new @Nullable Object[keys.length];
        for (int i = 0; i < formerKeys.length; i++) {
            if (formerKeys[i] != FREE) {
                int slot = slotOf(formerKeys[i]);
                keys[slot] = formerKeys[i];
                values[slot] = formerValues[i];
            }
        }
    }
}
