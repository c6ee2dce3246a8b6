package io.dflockd.engine;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks for values, counters, lists, barriers or channels, a slice at a time, so that the engine serves others in between: how
 * large they are and for how long nobody used them, and nothing of what is in them. What is there all the while is seen once;
 * what comes or goes meanwhile may or may not be.
 */
public final class DataSurvey {
    private static final Comparator<Row> BY_KEY = Comparator.comparing(Row::key);

    private final Query query;
    private final SliceBudget budget = new SliceBudget();
    /** The kept ones, the last of them on top. */
    private final PriorityQueue<Row> kept = new PriorityQueue<>(BY_KEY.reversed());
    private int slot;
    private int visited;
    private int matches;

    /** What is looked for. */
    public enum Kind {
        VALUES,
        COUNTERS,
        LISTS,
        BARRIERS,
        /** What somebody listens to. */
        CHANNELS
    }

    /**
     * Which of them.
     *
     * @param visible which keys may be seen at all
     * @param after only keys behind this one; empty for all
     * @param limit how many rows there are at most
     */
    public record Query(Kind kind, Predicate<String> visible, String prefix, String after, int limit) {}

    /**
     * One of them.
     *
     * @param counts by what is counted
     * @param durationsMs by what lasts
     */
    public record Row(String key, Map<String, Long> counts, Map<String, Long> durationsMs) {}

    public DataSurvey(Query query) {
        this.query = query;
    }

    /**
     * Looks at some more of the engine, and changes nothing there.
     *
     * @param displayMs the driver's time, as of which times are given
     * @return whether all has been seen
     */
    public boolean step(Engine engine, long displayMs) {
        long nowMs = Math.max(displayMs, engine.nowMs());
        int end = end(engine);
        budget.begin();
        while (budget.looksOn()) {
            if (slot >= end) {
                return true;
            }
            look(engine, slot++, nowMs);
        }
        return false;
    }

    private int end(Engine engine) {
        return switch (query.kind()) {
            case VALUES -> engine.values.slots().end();
            case COUNTERS -> engine.counters.slots().end();
            case LISTS -> engine.lists.slots().end();
            case BARRIERS -> engine.barriers.slots().end();
            case CHANNELS -> engine.topics.channels().slots().end();
        };
    }

    private void look(Engine engine, int at, long nowMs) {
        switch (query.kind()) {
            case VALUES -> look(engine.values.slots().at(at), nowMs);
            case COUNTERS -> look(engine.counters.slots().at(at), nowMs);
            case LISTS -> look(engine.lists.slots().at(at), nowMs);
            case BARRIERS -> look(engine.barriers.slots().at(at), nowMs);
            case CHANNELS -> look(engine.topics.channels().slots().at(at));
        }
    }

    private void look(@Nullable StoredValue value, long nowMs) {
        if (value != null && !value.isOverdue(nowMs) && keeps(value.key)) {
            var durations = unused(value.lastUsedMs, nowMs);
            if (value.expires) {
                durations.put("ttl_left", value.deadlineMs - nowMs);
            }
            kept.add(new Row(value.key, counts("bytes", value.value.length()), durations));
        }
    }

    private void look(Counters.@Nullable Counter counter, long nowMs) {
        if (counter != null && keeps(counter.key)) {
            kept.add(new Row(counter.key, Map.of(), unused(counter.lastUsedMs, nowMs)));
        }
    }

    private void look(@Nullable ValueList list, long nowMs) {
        if (list != null && keeps(list.key)) {
            kept.add(new Row(
                    list.key, counts("values", list.size(), "bytes", list.textBytes(), "waiters", list.poppers.size()),
                    unused(list.lastUsedMs, nowMs)));
        }
    }

    private void look(Barriers.@Nullable Barrier barrier, long nowMs) {
        if (barrier != null && keeps(barrier.key)) {
            kept.add(new Row(
                    barrier.key, counts("wanted", barrier.count, "present", barrier.participants.size()),
                    unused(barrier.lastUsedMs, nowMs)));
        }
    }

    private void look(@Nullable Channel channel) {
        if (channel != null && keeps(channel.pattern)) {
            long members = channel.groups().values().stream().mapToLong(Channel.Group::size).sum();
            kept.add(new Row(
                    channel.pattern,
                    counts("listeners", channel.listeners.count(), "groups", channel.groups().size(), "members",
                            members),
                    Map.of()));
        }
    }

    /** Counts one, and says whether it is among the first as far as is known; then there is room for it. */
    private boolean keeps(String key) {
        visited++;
        boolean isWanted = key.startsWith(query.prefix()) && query.visible().test(key)
                && (query.after().isEmpty() || key.compareTo(query.after()) > 0);
        if (!isWanted) {
            return false;
        }
        matches++;
        if (kept.size() >= query.limit()) {
            var last = kept.peek();
            if (last == null || key.compareTo(last.key()) > 0) {
                return false;
            }
            kept.remove();
        }
        budget.keeps();
        return true;
    }

    private static Map<String, Long> unused(long lastUsedMs, long nowMs) {
        var durations = new LinkedHashMap<String, Long>();
        durations.put("unused", Math.max(0, nowMs - lastUsedMs));
        return durations;
    }

    private static Map<String, Long> counts(Object... namesAndCounts) {
        var counts = new LinkedHashMap<String, Long>();
        for (int i = 0; i < namesAndCounts.length; i += 2) {
            counts.put((String) namesAndCounts[i], ((Number) namesAndCounts[i + 1]).longValue());
        }
        return counts;
    }

    /** The rows that were found, in the order of their keys. */
    public List<Row> rows() {
        return kept.stream().sorted(BY_KEY).toList();
    }

    /** How many were looked at. */
    public int visited() {
        return visited;
    }

    /** How many of them are what is looked for, however many rows there are. */
    public int matches() {
        return matches;
    }
}
