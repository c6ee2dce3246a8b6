package io.dflockd.engine;

import java.util.Collection;
import java.util.Map;

/** The listeners of one channel or pattern: those who each want a copy, and the groups that share one. */
final class Channel implements Slots.Member {
    /** Sessions that share the signals of a channel among them. */
    static final class Group {
        final String pattern;
        final String name;
        /** In the order of their turns. */
        final Owned<Session> members = new Owned<>();
        /** Those that were away when their turn came. */
        final Owned<Session> away = new Owned<>();

        Group(String pattern, String name) {
            this.pattern = pattern;
            this.name = name;
        }

        boolean isEmpty() {
            return members.isEmpty() && away.isEmpty();
        }

        int size() {
            return members.size() + away.size();
        }

        private void remove(Session session) {
            members.remove(session);
            if (away.remove(session)) {
                session.parked.remove(this);
            }
        }

        /**
         * Reaches the one whose turn it is among those who can receive something; its next comes after all the others'. Where
         * nobody else can, that is one of those who are just coming back.
         */
        private void reach(FanOut fanOut, Collection<Unparking> comingBack) {
            for (var next = members.removeOldest(); next != null; next = members.removeOldest()) {
                if (next.receives()) {
                    members.add(next);
                    fanOut.reachMember(next);
                    return;
                }
                park(next);
            }
            for (var one : comingBack) {
                if (one.session.receives() && away.contains(one.session)) {
                    unpark(one.session);
                    fanOut.reachMember(one.session);
                    return;
                }
            }
        }

        /** A session that is back has its turns again. */
        void unpark(Session session) {
            away.remove(session);
            session.parked.remove(this);
            members.add(session);
        }

        /** Puts a session beside the turns until it is back. */
        void park(Session session) {
            away.add(session);
            session.parked.add(this);
        }
    }

    final String pattern;
    final Subscribers listeners;
    private final Table<String, Group> groups = Table.small();
    private int slot;

    Channel(String pattern) {
        this.pattern = pattern;
        this.listeners = new Subscribers(pattern);
    }

    void add(Session session, String group, long ticket) {
        if (group.isEmpty()) {
            listeners.add(session, ticket);
        } else {
            group(group).members.add(session);
        }
    }

    /** The group of this name, made if there is none. Who makes one must add a member. */
    Group group(String name) {
        var known = groups.get(name);
        if (known != null) {
            return known;
        }
        var made = new Group(pattern, name);
        groups.put(name, made);
        return made;
    }

    void remove(Session session, String group) {
        if (group.isEmpty()) {
            listeners.remove(session);
            return;
        }
        var members = groups.get(group);
        if (members != null) {
            members.remove(session);
            if (members.isEmpty()) {
                var unused = groups.remove(group);
            }
        }
    }

    boolean isEmpty() {
        return listeners.isEmpty() && groups.isEmpty();
    }

    Map<String, Group> groups() {
        return groups.asMap();
    }

    /** Reaches one member of each group. {@code comingBack} get their turns again in groups that did not notice yet. */
    void reachGroups(FanOut fanOut, Collection<Unparking> comingBack) {
        groups.values().forEach(group -> group.reach(fanOut, comingBack));
    }

    @Override
    public int slot() {
        return slot;
    }

    @Override
    public void slot(int newSlot) {
        slot = newSlot;
    }
}
