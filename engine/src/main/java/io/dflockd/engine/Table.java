package io.dflockd.engine;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** A map in the order of insertion that gives back the room of what was taken out of it. */
final class Table<K, V> {
    private static final int LEAST_TO_SHRINK = 1024;
    private static final int SHRUNK_PART = 8;

    private LinkedHashMap<K, V> entries;
    /** The most there were since the table was last made. */
    private int peak;

    Table() {
        entries = new LinkedHashMap<>();
    }

    /** One of many, which most of the time have few entries. */
    static <K, V> Table<K, V> small() {
        var table = new Table<K, V>();
        table.entries = new LinkedHashMap<>(2);
        return table;
    }

    @Nullable
    V get(K key) {
        return entries.get(key);
    }

    boolean contains(K key) {
        return entries.containsKey(key);
    }

    void put(K key, V value) {
        entries.put(key, value);
        peak = Math.max(peak, entries.size());
    }

    @Nullable
    V remove(K key) {
        var removed = entries.remove(key);
        if (peak > LEAST_TO_SHRINK && entries.size() < peak / SHRUNK_PART) {
            entries = new LinkedHashMap<>(entries);
            peak = entries.size();
        }
        return removed;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    int size() {
        return entries.size();
    }

    V first() {
        return entries.firstEntry().getValue();
    }

    Collection<V> values() {
        return entries.values();
    }

    SequencedMap<K, V> asMap() {
        return entries;
    }
}
