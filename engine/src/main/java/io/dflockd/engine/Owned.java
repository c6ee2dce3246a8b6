package io.dflockd.engine;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of the same kind that belong together, in the order in which they came. Costs next to nothing while it is empty,
 * and no more room than what is in it deserves, however much there was before.
 */
final class Owned<T> {
    private static final int INITIAL_CAPACITY = 2;
    private static final int LEAST_TO_SHRINK = 32;
    private static final int SHRUNK_PART = 8;

    private @Nullable LinkedHashSet<T> members;
    /** The most there were since the table was last made. */
    private int peak;

    boolean isEmpty() {
        return members == null;
    }

    int size() {
        return members == null ? 0 : members.size();
    }

    Collection<T> all() {
        return members == null ? List.of() : members;
    }

    /** Whether it was not in it before. */
    boolean add(T member) {
        if (members == null) {
            members = new LinkedHashSet<>(INITIAL_CAPACITY);
        }
        boolean added = members.add(member);
        peak = Math.max(peak, members.size());
        return added;
    }

    /** Whether it was in it before. */
    boolean remove(T member) {
        if (members == null || !members.remove(member)) {
            return false;
        }
        if (members.isEmpty()) {
            members = null;
            peak = 0;
        } else if (peak > LEAST_TO_SHRINK && members.size() < peak / SHRUNK_PART) {
            members = new LinkedHashSet<>(members);
            peak = members.size();
        }
        return true;
    }

    boolean contains(T member) {
        return members != null && members.contains(member);
    }

    @Nullable
    T oldest() {
        return members == null ? null : members.getFirst();
    }

    @Nullable
    T removeOldest() {
        if (members == null) {
            return null;
        }
        var oldest = members.getFirst();
        remove(oldest);
        return oldest;
    }
}
