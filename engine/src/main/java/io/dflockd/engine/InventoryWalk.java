package io.dflockd.engine;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Makes an {@link Inventory}, a slice at a time, so that the engine serves others in between. What is there all the while
 * is seen once; what comes or goes meanwhile may or may not be.
 */
public final class InventoryWalk {
    /** How many places are looked at in one step, at most. */
    static final int SLICE = 1024;

    private final LockRows locks;
    private final SmallestRows<Inventory.Counter> counters;
    private final SmallestRows<Inventory.Value> values;
    private final SmallestRows<Inventory.StoredList> lists;
    private final SmallestRows<Inventory.SignalChannel> signals;
    private final SmallestRows<Inventory.WatchChannel> watches;
    private final SmallestRows<Inventory.ObservedElection> elections;
    private final SmallestRows<Inventory.Barrier> barriers;
    private final SliceBudget budget = new SliceBudget();
    private int table;
    private int slot;
    private long nowMs;

    /** A walk that keeps at most so many rows of each kind, 0 or more. */
    public InventoryWalk(int maxRows) {
        locks = new LockRows(maxRows, budget);
        counters = new SmallestRows<>(maxRows, budget, Inventory.Counter::key);
        values = new SmallestRows<>(maxRows, budget, Inventory.Value::key);
        lists = new SmallestRows<>(maxRows, budget, Inventory.StoredList::key);
        signals = new SmallestRows<>(
                maxRows,
                budget,
                Inventory.SignalChannel::pattern,
                Comparator.comparing(Inventory.SignalChannel::pattern).thenComparing(Inventory.SignalChannel::group));
        watches = new SmallestRows<>(maxRows, budget, Inventory.WatchChannel::pattern);
        elections = new SmallestRows<>(maxRows, budget, Inventory.ObservedElection::key);
        barriers = new SmallestRows<>(maxRows, budget, Inventory.Barrier::key);
    }

    /**
     * Looks at some more of the engine, and changes nothing there.
     *
     * @param displayMs the driver's time, as of which remaining and idle times are given
     * @return whether all has been seen
     */
    public boolean step(Engine engine, long displayMs) {
        nowMs = Math.max(displayMs, engine.nowMs());
        budget.begin();
        while (budget.looksOn()) {
            while (slot >= endOf(engine)) {
                slot = 0;
                if (++table > LAST_TABLE) {
                    return true;
                }
            }
            look(engine);
            slot++;
        }
        return false;
    }

    /** What was seen. */
    public Inventory inventory(Engine engine) {
        return new Inventory(
                locks.locks.toRows(),
                locks.semaphores.toRows(),
                locks.readWriteLocks.toRows(),
                locks.idleLocks.toRows(),
                locks.idleSemaphores.toRows(),
                counters.toRows(),
                values.toRows(),
                lists.toRows(),
                signals.toRows(),
                watches.toRows(),
                elections.toRows(),
                barriers.toRows(),
                new Inventory.Totals(
                        locks.locks.total(),
                        locks.semaphores.total(),
                        locks.readWriteLocks.total(),
                        locks.idleLocks.total(),
                        locks.idleSemaphores.total(),
                        locks.idleReadWriteLocks.total(),
                        counters.total(),
                        values.total(),
                        lists.total(),
                        signals.total(),
                        watches.total(),
                        elections.total(),
                        barriers.total()),
                engine.bytes());
    }

    private static final int LAST_TABLE = 7;

    private int endOf(Engine engine) {
        return switch (table) {
            case 0 -> engine.locks.resources.slots().end();
            case 1 -> engine.counters.slots().end();
            case 2 -> engine.values.slots().end();
            case 3 -> engine.lists.slots().end();
            case 4 -> engine.topics.channels().slots().end();
            case 5 -> engine.watches.watchers().slots().end();
            case 6 -> engine.elections.slots().end();
            case LAST_TABLE -> engine.barriers.slots().end();
            default -> throw new IllegalStateException("no table " + table);
        };
    }

    private void look(Engine engine) {
        switch (table) {
            case 0 -> locks.look(engine.locks.resources.slots().at(slot), nowMs);
            case 1 -> look(engine.counters.slots().at(slot));
            case 2 -> look(engine.values.slots().at(slot));
            case 3 -> look(engine.lists.slots().at(slot));
            case 4 -> look(engine.topics.channels().slots().at(slot));
            case 5 -> lookAtWatchers(engine.watches.watchers().slots().at(slot));
            case 6 -> lookAtObservers(engine.elections.slots().at(slot));
            default -> look(engine.barriers.slots().at(slot));
        }
    }

    private void look(Counters.@Nullable Counter counter) {
        if (counter != null) {
            counters.offer(counter.key,
                    () -> new Inventory.Counter(counter.key, counter.value, nowMs - counter.lastUsedMs));
        }
    }

    private void look(@Nullable StoredValue stored) {
        if (stored != null) {
            values.offer(stored.key, () -> {
                long remainingMs = stored.expires ? Math.max(0, stored.deadlineMs - nowMs) : 0;
                return new Inventory.Value(
                        stored.key, stored.value.length(), remainingMs, nowMs - stored.lastUsedMs);
            });
        }
    }

    private void look(@Nullable ValueList list) {
        if (list != null) {
            lists.offer(list.key,
                    () -> new Inventory.StoredList(
                            list.key, list.size(), list.poppers.size(), nowMs - list.lastUsedMs));
        }
    }

    private void look(@Nullable Channel channel) {
        if (channel == null) {
            return;
        }
        if (!channel.listeners.isEmpty()) {
            signals.offer(channel.pattern,
                    () -> new Inventory.SignalChannel(channel.pattern, "", channel.listeners.count()));
        }
        channel.groups()
                .forEach((name, group) -> signals.offer(
                        channel.pattern, () -> new Inventory.SignalChannel(channel.pattern, name, group.size())));
    }

    private void lookAtWatchers(@Nullable Subscribers watchers) {
        if (watchers != null) {
            watches.offer(watchers.pattern, () -> new Inventory.WatchChannel(watchers.pattern, watchers.count()));
        }
    }

    private void lookAtObservers(@Nullable Subscribers observers) {
        if (observers != null) {
            elections.offer(observers.pattern,
                    () -> new Inventory.ObservedElection(observers.pattern, observers.count()));
        }
    }

    private void look(Barriers.@Nullable Barrier barrier) {
        if (barrier != null) {
            barriers.offer(barrier.key,
                    () -> new Inventory.Barrier(
                            barrier.key, barrier.count, barrier.participants.size(), nowMs - barrier.lastUsedMs));
        }
    }
}
