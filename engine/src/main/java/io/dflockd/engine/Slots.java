package io.dflockd.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The members of a table in places that stay, so that a walk over them can stop and go on later although the table
 * changes meanwhile: it sees whatever is there all the while, once. No part of the state.
 */
final class Slots<T extends Slots.Member> {
    /** Knows its own place. */
    interface Member {
        int slot();

        void slot(int slot);
    }

    private static final int INITIAL_CAPACITY = 16;

    private @Nullable Member[] members = new @Nullable Member[INITIAL_CAPACITY];
    /** Free places below {@link #end}, a stack. */
    private int[] free = new int[INITIAL_CAPACITY];
    private int freeCount;
    private int end;

    void add(T member) {
        int slot = freeCount > 0 ? free[--freeCount] : end++;
        if (slot == members.length) {
            members = Arrays.copyOf(members, slot * 2);
        }
        members[slot] = member;
        member.slot(slot);
    }

    void remove(T member) {
        int slot = member.slot();
        members[slot] = null;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = slot;
        if (freeCount == end) {
            // Nothing is left, so no place has to stay.
            members = new @Nullable Member[INITIAL_CAPACITY];
            free = new int[INITIAL_CAPACITY];
            freeCount = 0;
            end = 0;
        }
    }

    /** One more than the highest place that is taken. */
    int end() {
        return end;
    }

    @Nullable
    @SuppressWarnings("unchecked") // only add puts something in
    T at(int slot) {
        return slot < end ? (T) members[slot] : null;
    }
}
