package io.dflockd.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** The values of a list key and those who wait for one. It never has both. */
final class ValueList {
    final String key;
    final ArrayDeque<String> values = new ArrayDeque<>(4);
    final LinkedHashSet<Popper> poppers = new LinkedHashSet<>(2);
    long lastUsedMs;

    ValueList(String key) {
        this.key = key;
    }

    boolean isUnused() {
        return values.isEmpty() && poppers.isEmpty();
    }

    void push(End end, String value) {
        if (end == End.LEFT) {
            values.addFirst(value);
        } else {
            values.addLast(value);
        }
    }

    String pop(End end) {
        return end == End.LEFT ? values.removeFirst() : values.removeLast();
    }

    /** The values between two positions, both included; negative ones count from the end. */
    List<String> range(long start, long stop) {
        long size = values.size();
        long from = Math.max(0, start < 0 ? start + size : start);
        long to = Math.min(size - 1, stop < 0 ? stop + size : stop);
        if (from > to) {
            return List.of();
        }
        var range = new ArrayList<String>();
        long position = 0;
        for (var value : values) {
            if (position > to) {
                break;
            }
            if (position++ >= from) {
                range.add(value);
            }
        }
        return range;
    }
}
