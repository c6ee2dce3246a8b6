package io.dflockd.engine;

import java.util.AbstractCollection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Sessions by their numbers, in the order in which they came. Each action looks for one, and that of a client that holds
 * one lock at a time comes and goes with each lock: so there are neither boxes nor entries, only a table with open
 * addresses, and links through the sessions themselves.
 */
final class SessionTable extends AbstractCollection<Session> {
    private static final int LEAST_SLOTS = 64;
    private static final int SHRUNK_PART = 16;
    /** The golden ratio in 64 bits: spreads numbers that follow each other over all slots. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private @Nullable Session[] slots = new @Nullable Session[LEAST_SLOTS];
    private @Nullable Session first;
    private @Nullable Session last;
    private int size;
    /** The walk that is under way, and the session that it looks at next. No part of the state. */
    private @Nullable SessionSurvey walk;
    private @Nullable Session nextOfWalk;

    /** Begins a walk that can stop and go on later although sessions come and go meanwhile. */
    void beginWalk(SessionSurvey survey) {
        walk = survey;
        nextOfWalk = first;
    }

    /** The next session of a walk; null where there is none, or another walk was begun. */
    @Nullable
    @SuppressWarnings("ReferenceEquality") // which walk it is
    Session nextOf(SessionSurvey survey) {
        if (walk != survey) {
            return null;
        }
        var next = nextOfWalk;
        nextOfWalk = next == null ? null : next.tableAfter;
        if (next == null) {
            walk = null;
        }
        return next;
    }

    @Nullable
    Session get(long id) {
        return slots[slotOf(id)];
    }

    @Nullable
    Session first() {
        return first;
    }

    /** Puts a session at the end whose number none has that is in it. */
    void put(Session session) {
        link(session);
        if (++size > slots.length / 2) {
            resize(slots.length * 2);
        } else {
            slots[slotOf(session.id)] = session;
        }
    }

    /** Takes out a session that is in it. */
    void take(Session session) {
        unlink(session);
        size--;
        if (slots.length > LEAST_SLOTS && size < slots.length / SHRUNK_PART) {
            resize(slots.length / 2);
        } else {
            close(slotOf(session.id));
        }
    }

    /** Lets one that is in it be the last in the order. */
    void moveToEnd(Session session) {
        unlink(session);
        link(session);
    }

    private void link(Session session) {
        session.tableBefore = last;
        if (last == null) {
            first = session;
        } else {
            last.tableAfter = session;
        }
        last = session;
    }

    @SuppressWarnings("ReferenceEquality") // which session it is
    private void unlink(Session session) {
        if (nextOfWalk == session) {
            nextOfWalk = session.tableAfter;
        }
        var before = session.tableBefore;
        var after = session.tableAfter;
        if (before == null) {
            first = after;
        } else {
            before.tableAfter = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.tableBefore = before;
        }
        session.tableBefore = null;
        session.tableAfter = null;
    }

    /** Frees a slot. Those behind it move up that would not be found otherwise. */
    private void close(int slot) {
        int hole = slot;
        int at = next(hole);
        for (var moved = slots[at]; moved != null; moved = slots[at]) {
            if (distance(home(moved.id), at) >= distance(hole, at)) {
                slots[hole] = moved;
                hole = at;
            }
            at = next(at);
        }
        slots[hole] = null;
    }

    private void resize(int length) {
        slots = new @Nullable Session[length];
        for (var session = first; session != null; session = session.tableAfter) {
            slots[slotOf(session.id)] = session;
        }
    }

    /** Where the session is, or the free slot where it would be. */
    private int slotOf(long id) {
        int slot = home(id);
        for (var there = slots[slot]; there != null && there.id != id; there = slots[slot]) {
            slot = next(slot);
        }
        return slot;
    }

    private int home(long id) {
        return (int) ((id * SPREAD) >>> 32) & (slots.length - 1);
    }

    private int next(int slot) {
        return (slot + 1) & (slots.length - 1);
    }

    private int distance(int from, int to) {
        return (to - from) & (slots.length - 1);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Iterator<Session> iterator() {
        return new Iterator<>() {
            private @Nullable Session next = first;

            @Override
            public boolean hasNext() {
                return next != null;
            }

            @Override
            public Session next() {
                var session = next;
                if (session == null) {
                    throw new NoSuchElementException();
                }
                next = session.tableAfter;
                return session;
            }
        };
    }
}
