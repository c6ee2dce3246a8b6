package io.dflockd.service.access;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Bits by names and by beginnings of names. A sorted array of the beginnings, each with the longest other one that it begins
 * with: those that a name begins with are the greatest that is not above the name, or what that one begins with, and so on.
 * Each has the bits of all that it begins with. Immutable.
 */
final class PrefixTable {
    private static final int NONE = -1;

    private final String[] prefixes;
    private final int[] parents;
    private final int[] bits;
    private final Map<String, Integer> literals;

    private PrefixTable(SortedMap<String, Integer> byPrefix, Map<String, Integer> literals) {
        int count = byPrefix.size();
        prefixes = new String[count];
        parents = new int[count];
        bits = new int[count];
        this.literals = Map.copyOf(literals);
        int at = 0;
        for (var entry : byPrefix.entrySet()) {
            prefixes[at] = entry.getKey();
            // All that begin so stand between the two, so the one before or what that begins with is the longest.
            int parent = at - 1;
            while (parent >= 0 && !prefixes[at].startsWith(prefixes[parent])) {
                parent = parents[parent];
            }
            parents[at] = parent;
            bits[at] = entry.getValue() | (parent >= 0 ? bits[parent] : 0);
            at++;
        }
    }

    /** Collects what a table is to have. */
    static final class Builder {
        private final TreeMap<String, Integer> byPrefix = new TreeMap<>();
        private final Map<String, Integer> literals = new HashMap<>();

        void addPrefix(String prefix, int bits) {
            byPrefix.merge(prefix, bits, (one, other) -> one | other);
        }

        void addLiteral(String name, int bits) {
            literals.merge(name, bits, (one, other) -> one | other);
        }

        PrefixTable build() {
            return new PrefixTable(byPrefix, literals);
        }
    }

    /** The bits of the name and of all that it begins with. */
    int of(String name) {
        int found = ofAllThatBeginWith(name);
        return literals.isEmpty() ? found : found | literals.getOrDefault(name, 0);
    }

    /** The bits that some name has. */
    int ofAny() {
        int all = 0;
        for (int of : bits) {
            all |= of;
        }
        for (int of : literals.values()) {
            all |= of;
        }
        return all;
    }

    /** The bits that every name has that begins so. */
    int ofAllThatBeginWith(String beginning) {
        int at = lastNotAbove(beginning);
        while (at != NONE && !beginning.startsWith(prefixes[at])) {
            at = parents[at];
        }
        return at == NONE ? 0 : bits[at];
    }

    private int lastNotAbove(String name) {
        int from = 0;
        int to = prefixes.length - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            if (prefixes[middle].compareTo(name) <= 0) {
                from = middle + 1;
            } else {
                to = middle - 1;
            }
        }
        return to;
    }
}
