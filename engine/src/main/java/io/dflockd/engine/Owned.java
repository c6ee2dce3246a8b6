package io.dflockd.engine;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a session owns of one kind, in the order in which it came by it. Costs next to nothing while it is empty. */
final class Owned<T> {
    private static final int INITIAL_CAPACITY = 2;

    private @Nullable LinkedHashSet<T> members;

    boolean isEmpty() {
        return members == null;
    }

    int size() {
        return members == null ? 0 : members.size();
    }

    Collection<T> all() {
        return members == null ? List.of() : members;
    }

    /** Whether it was not owned before. */
    boolean add(T member) {
        if (members == null) {
            members = new LinkedHashSet<>(INITIAL_CAPACITY);
        }
        return members.add(member);
    }

    /** Whether it was owned before. */
    boolean remove(T member) {
        if (members == null || !members.remove(member)) {
            return false;
        }
        members = members.isEmpty() ? null : members;
        return true;
    }

    boolean contains(T member) {
        return members != null && members.contains(member);
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
