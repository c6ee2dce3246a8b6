package io.dflockd.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the sessions, a slice at a time, so that the engine serves others in between. Those are looked at that own
 * something, have a name or were introduced. One that is there all the while is seen, and only once but where another node
 * came to lead meanwhile. An engine has one survey at a time: of two, the older ends early.
 */
public final class SessionSurvey {
    private final int limit;
    private final long after;
    private final List<Row> rows = new ArrayList<>();
    private @Nullable SessionTable table;
    private int visited;

    /**
     * One session.
     *
     * @param named whether it outlives its connection
     * @param connection who speaks for it; 0 where nobody does
     * @param graceLeftMs how long it stays; 0 unless it is away
     */
    public record Row(
            long session,
            String clientName,
            boolean named,
            long connection,
            long graceLeftMs,
            int holds,
            int waiters,
            int poppers,
            int participants,
            int subscriptions) {}

    /**
     * A hold of a session.
     *
     * @param leaseMs the lease that it was got for
     */
    public record Held(String key, Mode mode, long fence, long heldMs, long leaseMs, long leaseLeftMs) {}

    /** Those with numbers above {@code after}, of which the {@code limit} lowest are kept. */
    public SessionSurvey(long after, int limit) {
        this.after = after;
        this.limit = limit;
    }

    /**
     * Looks at some more of the engine, and changes nothing of its state.
     *
     * @return whether all has been seen
     */
    @SuppressWarnings("ReferenceEquality") // whether it is the very same table
    public boolean step(Engine engine, long displayMs) {
        long nowMs = Math.max(displayMs, engine.nowMs());
        var now = engine.sessions.table();
        if (table == null) {
            table = now;
            now.beginWalk(this);
        } else if (table != now) {
            return true; // another state took its place
        }
        for (int left = InventoryWalk.SLICE; left > 0; left--) {
            var session = now.nextOf(this);
            if (session == null) {
                return true;
            }
            visited++;
            if (session.id > after) {
                keep(session, nowMs);
            }
        }
        return false;
    }

    /** Numbers come mostly in their order, so that almost always what is kept is what comes first. */
    private void keep(Session session, long nowMs) {
        if (rows.size() == limit && rows.getLast().session() < session.id) {
            return;
        }
        int at = rows.size();
        while (at > 0 && rows.get(at - 1).session() > session.id) {
            at--;
        }
        if (at > 0 && rows.get(at - 1).session() == session.id) {
            return;
        }
        rows.add(at, row(session, nowMs));
        if (rows.size() > limit) {
            rows.removeLast();
        }
    }

    public List<Row> rows() {
        return List.copyOf(rows);
    }

    public int visited() {
        return visited;
    }

    /** One session; null where there is none of this number that this survey would see. */
    public static @Nullable Row find(Engine engine, long number, long displayMs) {
        var session = engine.sessions.find(number);
        return session == null ? null : row(session, Math.max(displayMs, engine.nowMs()));
    }

    /** What the client of each of these sessions calls itself; empty where it never said, or the session is gone. */
    public static List<String> clientNames(Engine engine, List<Long> numbers) {
        return numbers.stream().map(engine.sessions::find).map(found -> found == null ? "" : found.clientName).toList();
    }

    /** The oldest of its holds. */
    public static List<Held> holds(Engine engine, long number, int most, long displayMs) {
        var session = engine.sessions.find(number);
        var held = new ArrayList<Held>();
        if (session == null) {
            return held;
        }
        long nowMs = Math.max(displayMs, engine.nowMs());
        for (var hold : session.holds) {
            if (held.size() == most) {
                break;
            }
            held.add(new Held(hold.resource.key, hold.mode, hold.fence, nowMs - hold.sinceMs, hold.leaseMs,
                    Math.max(0, hold.deadlineMs - nowMs)));
        }
        return held;
    }

    private static Row row(Session session, long nowMs) {
        var resumption = session.resumption;
        long connection = resumption == null ? session.id : resumption.connection;
        boolean isAway = connection == Resumption.AWAY;
        return new Row(
                session.id,
                session.clientName,
                resumption != null,
                connection,
                resumption != null && isAway ? Math.max(0, resumption.absence.deadlineMs - nowMs) : 0,
                session.holds.size(),
                session.waiters.size(),
                session.poppers.size(),
                session.participants.size(),
                session.subscriptions.size());
    }
}
