package io.dflockd.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks for some of the locks, semaphores, read-write locks and elections, a slice at a time, so that the engine serves others
 * in between. What is there all the while is seen once; what comes or goes meanwhile may or may not be.
 */
public final class LockSurvey {
    private final Query query;
    private final SliceBudget budget = new SliceBudget();
    /** The kept ones, the last of them on top. */
    private final PriorityQueue<Row> kept;
    private final Comparator<Row> order;
    private int slot;
    private int visited;
    private int matches;

    /** What a key is used for. */
    public enum Kind {
        LOCK,
        SEMAPHORE,
        READ_WRITE,
        ELECTION
    }

    /** Which of them are looked for. */
    public enum State {
        /** Somebody holds it or waits for it. */
        USED,
        HELD,
        /** Somebody waits for it. */
        CONTENDED,
        /** Nobody does either. */
        IDLE
    }

    /** Which come first. */
    public enum Order {
        KEY,
        /** The ones that are held for longest. */
        AGE,
        /** The ones whose first waiter has waited for longest. */
        WAIT,
        WAITERS,
        /** The ones that somebody got, or did not get, most often of late. */
        HEAT,
        /** The ones whose lease ends first. */
        LEASE
    }

    /**
     * What is looked for.
     *
     * @param visible which keys may be seen at all
     * @param after only keys behind this one; empty for all
     * @param kinds all of them where empty
     * @param holder what the name of the client begins with that has the oldest hold; empty for any, and for none
     * @param ofSession whether that hold may be of the session with this number; it has none where nobody holds it any more
     * @param minAgeMs how long the oldest hold is at least held
     * @param limit how many rows there are at most
     */
    public record Query(
            Predicate<String> visible,
            String prefix,
            String after,
            Set<Kind> kinds,
            State state,
            String holder,
            LongPredicate ofSession,
            long minAgeMs,
            int minWaiters,
            Order order,
            int limit) {}

    /**
     * One key. What is said of a holder is of the oldest hold, and 0 or empty where there is none.
     *
     * @param limit how many may hold it; 0 where it is a read-write lock
     * @param session whose hold it is; 0 where it is none's any more
     * @param leaseMs the lease that the hold was got for
     * @param longestWaitMs since when the first in the queue has been waiting; 0 for nobody
     * @param heat how often somebody got it, or did not get it, of late
     */
    public record Row(
            String key,
            Kind kind,
            long limit,
            int holders,
            long session,
            String clientName,
            long fence,
            long heldMs,
            long leaseMs,
            long leaseLeftMs,
            int waiters,
            long longestWaitMs,
            float heat) {}

    public LockSurvey(Query query) {
        this.query = query;
        this.order = comparator(query.order());
        this.kept = new PriorityQueue<>(order.reversed());
    }

    private static Comparator<Row> comparator(Order order) {
        var byKey = Comparator.comparing(Row::key);
        return switch (order) {
            case KEY -> byKey;
            case AGE -> Comparator.comparingLong(Row::heldMs).reversed().thenComparing(byKey);
            case WAIT -> Comparator.comparingLong(Row::longestWaitMs).reversed().thenComparing(byKey);
            case WAITERS -> Comparator.comparingInt(Row::waiters).reversed().thenComparing(byKey);
            case HEAT -> Comparator.comparingDouble(Row::heat).reversed().thenComparing(byKey);
            case LEASE -> Comparator.comparingLong(LockSurvey::leaseOrNever).thenComparing(byKey);
        };
    }

    private static long leaseOrNever(Row row) {
        return row.holders() == 0 ? Long.MAX_VALUE : row.leaseLeftMs();
    }

    /**
     * Looks at some more of the engine, and changes nothing there.
     *
     * @param displayMs the driver's time, as of which times are given
     * @return whether all has been seen
     */
    public boolean step(Engine engine, long displayMs) {
        long nowMs = Math.max(displayMs, engine.nowMs());
        var slots = engine.locks.resources.slots();
        budget.begin();
        while (budget.looksOn()) {
            if (slot >= slots.end()) {
                return true;
            }
            look(slots.at(slot++), nowMs);
        }
        return false;
    }

    /** The rows that were found, in their order. */
    public List<Row> rows() {
        var sorted = new ArrayList<>(kept);
        sorted.sort(order);
        return List.copyOf(sorted);
    }

    /** How many keys were looked at. */
    public int visited() {
        return visited;
    }

    /** How many of them are what is looked for, however many rows there are. */
    public int matches() {
        return matches;
    }

    private void look(@Nullable Resource resource, long nowMs) {
        if (resource == null) {
            return;
        }
        visited++;
        if (!isWanted(resource)) {
            return;
        }
        var oldest = resource.oldestHolder();
        long heldMs = oldest == null ? 0 : nowMs - oldest.sinceMs;
        if (heldMs < query.minAgeMs() || !isOfWhoIsWanted(oldest)) {
            return;
        }
        matches++;
        offer(resource, oldest, heldMs, nowMs);
    }

    private boolean isWanted(Resource resource) {
        boolean hasState = switch (query.state()) {
            case USED -> !resource.isUnused();
            case HELD -> resource.holderCount() > 0;
            case CONTENDED -> resource.waiterCount() > 0;
            case IDLE -> resource.isUnused();
        };
        return hasState
                && resource.waiterCount() >= query.minWaiters()
                && resource.key.startsWith(query.prefix()) && query.visible().test(resource.key)
                && (query.after().isEmpty() || resource.key.compareTo(query.after()) > 0)
                && (query.kinds().isEmpty() || query.kinds().contains(kind(resource)));
    }

    private boolean isOfWhoIsWanted(@Nullable Hold oldest) {
        var session = oldest == null ? null : oldest.session;
        if (!query.ofSession().test(session == null ? 0 : session.id)) {
            return false;
        }
        return query.holder().isEmpty()
                || (session != null && session.clientName.startsWith(query.holder()));
    }

    private void offer(Resource resource, @Nullable Hold oldest, long heldMs, long nowMs) {
        if (query.limit() == 0) {
            return;
        }
        var last = kept.peek();
        boolean isFull = kept.size() == query.limit();
        // Most of a large table is passed over without a row for each.
        if (isFull && last != null && query.order() == Order.KEY && resource.key.compareTo(last.key()) > 0) {
            return;
        }
        var row = row(resource, oldest, heldMs, nowMs);
        if (isFull && last != null) {
            if (order.compare(row, last) >= 0) {
                return;
            }
            kept.remove();
        }
        kept.add(row);
        budget.keeps();
    }

    private static Row row(Resource resource, @Nullable Hold oldest, long heldMs, long nowMs) {
        var session = oldest == null ? null : oldest.session;
        var first = resource.firstWaiter();
        return new Row(
                resource.key,
                kind(resource),
                resource.limit,
                resource.holderCount(),
                session == null ? 0 : session.id,
                session == null ? "" : session.clientName,
                oldest == null ? 0 : oldest.fence,
                heldMs,
                oldest == null ? 0 : oldest.leaseMs,
                oldest == null ? 0 : Math.max(0, oldest.deadlineMs - nowMs),
                resource.waiterCount(),
                first == null ? 0 : nowMs - first.sinceMs,
                resource.heat(nowMs));
    }

    private static Kind kind(Resource resource) {
        if (resource.isReadWrite()) {
            return Kind.READ_WRITE;
        }
        if (resource.limit > 1) {
            return Kind.SEMAPHORE;
        }
        var first = resource.firstWaiter();
        boolean isElection = resource.isLed() || (first != null && first.mode == Mode.LEADERSHIP);
        return isElection ? Kind.ELECTION : Kind.LOCK;
    }
}
