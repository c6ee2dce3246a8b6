package io.dflockd.engine;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of the same kind that belong together, in the order in which they came. Costs next to nothing while there is none
 * or only one, and no more room than what is in it deserves, however much there was before.
 */
final class Owned<T> {
    private static final int INITIAL_CAPACITY = 4;
    private static final int LEAST_TO_SHRINK = 32;
    private static final int SHRUNK_PART = 8;

    /** The only one, in the usual case that spares the table. Null while there are none, or a table. */
    private @Nullable T sole;
    private @Nullable Members<T> members;

    private static final class Members<T> extends LinkedHashSet<T> {
        /** The most there were since the table was made. */
        private int peak;

        Members(Collection<T> present) {
            super(Math.max(INITIAL_CAPACITY, 2 * present.size()));
            addAll(present);
            peak = size();
        }
    }

    boolean isEmpty() {
        return sole == null && members == null;
    }

    int size() {
        return members != null ? members.size() : sole == null ? 0 : 1;
    }

    Collection<T> all() {
        return members != null ? members : sole == null ? List.of() : List.of(sole);
    }

    /** Whether it was not in it before. */
    boolean add(T member) {
        if (members == null) {
            if (sole == null) {
                sole = member;
                return true;
            }
            if (sole.equals(member)) {
                return false;
            }
            members = new Members<>(List.of(sole));
            sole = null;
        }
        boolean added = members.add(member);
        members.peak = Math.max(members.peak, members.size());
        return added;
    }

    /** Whether it was in it before. */
    boolean remove(T member) {
        if (members == null) {
            boolean present = sole != null && sole.equals(member);
            if (present) {
                sole = null;
            }
            return present;
        }
        if (!members.remove(member)) {
            return false;
        }
        if (members.isEmpty()) {
            members = null;
        } else if (members.peak > LEAST_TO_SHRINK && members.size() < members.peak / SHRUNK_PART) {
            members = new Members<>(members);
        }
        return true;
    }

    boolean contains(T member) {
        return members != null ? members.contains(member) : sole != null && sole.equals(member);
    }

    @Nullable
    T oldest() {
        return members == null ? sole : members.getFirst();
    }

    @Nullable
    T removeOldest() {
        var oldest = oldest();
        if (oldest != null) {
            remove(oldest);
        }
        return oldest;
    }
}
