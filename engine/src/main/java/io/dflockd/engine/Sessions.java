package io.dflockd.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that own something or have a name; one without a name that owns nothing leaves no trace. Those that are
 * ending are apart: nobody finds them, only their things still refer to them.
 */
final class Sessions {
    /** Sessions that owe the engine less than this are not worth setting aside. */
    private static final int LEAST_WEIGHT_BITS = 8;
    private static final int WEIGHTS = Long.SIZE - LEAST_WEIGHT_BITS;

    private final Footprint footprint;
    private final Deadlines deadlines;
    final Terms terms = new Terms();
    private final Owners owners;
    private final SessionTable sessions = new SessionTable();
    private final LinkedHashMap<String, Session> byName = new LinkedHashMap<>();
    /** Those that are set aside or ending, in that order. */
    private final LinkedHashSet<Session> leaving = new LinkedHashSet<>();
    /** The named ones that are away and own nothing: they are the first to go when there are too many. */
    private final LinkedHashSet<Session> idleAway = new LinkedHashSet<>();
    /** The named ones by the bytes of their answers, in powers of two. */
    private final List<LinkedHashSet<Session>> byWeight = new ArrayList<>();

    Sessions(Footprint footprint, Deadlines deadlines, Owners owners) {
        this.owners = owners;
        this.footprint = footprint;
        this.deadlines = deadlines;
        for (int i = 0; i < WEIGHTS; i++) {
            byWeight.add(new LinkedHashSet<>(0));
        }
    }

    /** The session of this number, made without a name if there is none. */
    Session open(long id) {
        var session = sessions.get(id);
        if (session == null) {
            session = new Session(id, null, terms);
            sessions.put(session);
            footprint.add(Footprint.SESSION_BYTES);
        }
        return session;
    }

    /** Makes a session with a name, which nobody has yet. It is away. */
    Session open(long id, Resumption resumption) {
        var session = new Session(id, resumption, terms);
        resumption.absence.session = session;
        resumption.owed.weigh((before, after) -> weigh(session, before, after));
        sessions.put(session);
        byName.put(resumption.name, session);
        footprint.add(bytesOf(session));
        return session;
    }

    @Nullable
    Session find(long id) {
        return sessions.get(id);
    }

    @Nullable
    Session named(String name) {
        return byName.get(name);
    }

    /** How many have a name. */
    int namedCount() {
        return byName.size();
    }

    /** The first of those that a term that has begun has not come to yet; null where it has come to all. */
    @Nullable
    Session firstOfEarlierTerm() {
        var first = sessions.first();
        return first != null && first.isOfEarlierTerm() ? first : null;
    }

    /** The latest term has come to it. */
    void joinTerm(Session session) {
        session.term = terms.latest();
        sessions.moveToEnd(session);
    }

    SessionTable table() {
        return sessions;
    }

    Collection<Session> all() {
        return sessions;
    }

    /** The numbers of all of them. */
    List<Long> numbers() {
        return sessions.stream().map(session -> session.id).toList();
    }

    Collection<Session> leaving() {
        return leaving;
    }

    int count() {
        return sessions.size() + leaving.size();
    }

    /** Nobody finds it any more; what it has is taken from it later. */
    void leave(Session session, Session.Phase phase) {
        if (session.phase == Session.Phase.OPEN) {
            sessions.take(session);
            idleAway.remove(session);
            if (session.resumption != null) {
                byName.remove(session.resumption.name);
                deadlines.cancel(session.resumption.absence);
                byWeight.forEach(sessionsOfOneWeight -> sessionsOfOneWeight.remove(session));
            }
            leaving.add(session);
        }
        session.phase = phase;
    }

    /** A session that has nothing any more is gone. */
    void forget(Session session) {
        if (session.phase == Session.Phase.OPEN) {
            sessions.take(session);
        } else {
            leaving.remove(session);
        }
        if (session.resumption != null) {
            deadlines.cancel(session.resumption.absence);
        }
        footprint.subtract(bytesOf(session));
        owners.own(session, null);
    }

    /** To be called when something was taken from a session. */
    void forgetIfEmpty(Session session) {
        switch (session.phase) {
            case OPEN -> {
                if (session.isForgettable()) {
                    forget(session);
                } else {
                    noteIfIdle(session);
                }
            }
            case SET_ASIDE -> {
                if (!session.beingEnded && !session.ownsAnything()) {
                    forget(session);
                }
            }
            case ENDING, LEAVING_HOLDS -> {}
        }
    }

    /** A connection speaks for it again. */
    void present(Session session) {
        idleAway.remove(session);
    }

    /** To be called when it went away, and whenever it has less than before. */
    void noteIfIdle(Session session) {
        var resumption = session.resumption;
        if (resumption != null && resumption.connection == Resumption.AWAY && !session.ownsAnything()) {
            idleAway.add(session);
        }
    }

    /** The one that has been away and without anything for longest. */
    @Nullable
    Session longestIdle() {
        return idleAway.isEmpty() ? null : idleAway.getFirst();
    }

    Collection<Session> idleAway() {
        return idleAway;
    }

    /** One of those whose answers take most room; null where none take any that is worth it. */
    @Nullable
    Session heaviest() {
        for (int weight = WEIGHTS - 1; weight >= 0; weight--) {
            if (!byWeight.get(weight).isEmpty()) {
                return byWeight.get(weight).getFirst();
            }
        }
        return null;
    }

    List<? extends Collection<Session>> byWeight() {
        return byWeight;
    }

    private void weigh(Session session, long before, long after) {
        int old = weight(before);
        int now = weight(after);
        if (old == now) {
            return;
        }
        if (old >= 0) {
            byWeight.get(old).remove(session);
        }
        if (now >= 0 && session.phase == Session.Phase.OPEN) {
            byWeight.get(now).add(session);
        }
    }

    private static int weight(long bytes) {
        return Long.SIZE - 1 - LEAST_WEIGHT_BITS - Long.numberOfLeadingZeros(bytes | 1);
    }

    private static long bytesOf(Session session) {
        var resumption = session.resumption;
        return Footprint.SESSION_BYTES
                + (resumption == null ? 0 : Footprint.RESUMPTION_BYTES)
                + (session.introduced ? Footprint.INTRODUCTION_BYTES : 0);
    }

    void introduce(Session session, String clientName, boolean wantsLost) {
        if (!session.introduced) {
            session.introduced = true;
            footprint.add(Footprint.INTRODUCTION_BYTES);
        }
        session.clientName = clientName;
        session.wantsLost = wantsLost;
    }
}
