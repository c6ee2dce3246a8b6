package io.dflockd.engine;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;

/** The listeners of one channel or pattern: those who each want a copy, and the groups that share one. */
final class Channel {
    final Subscribers listeners = new Subscribers();
    /** The members of each group in the order of their turns. */
    private final Map<String, LinkedHashSet<Session>> groups = new LinkedHashMap<>();

    void add(Session session, String group, long ticket) {
        if (group.isEmpty()) {
            listeners.add(session, ticket);
        } else {
            addMember(session, group);
        }
    }

    /** Adds a session to a group, as the last to have its turn. */
    void addMember(Session session, String group) {
        groups.computeIfAbsent(group, _ -> new LinkedHashSet<>()).add(session);
    }

    void remove(Session session, String group) {
        if (group.isEmpty()) {
            listeners.remove(session);
            return;
        }
        var members = groups.get(group);
        if (members != null && members.remove(session) && members.isEmpty()) {
            groups.remove(group);
        }
    }

    boolean isEmpty() {
        return listeners.isEmpty() && groups.isEmpty();
    }

    Map<String, ? extends SequencedSet<Session>> groups() {
        return groups;
    }

    /** Reaches one member of each group, whose next turn comes after all the others'. */
    void reachGroups(FanOut fanOut) {
        for (var members : groups.values()) {
            var next = members.removeFirst();
            members.addLast(next);
            fanOut.reachMember(next);
        }
    }
}
