package io.dflockd.engine;

import java.util.Comparator;
import java.util.List;

/**
 * What an engine has, without tokens and values, as of its latest entry. Each list is sorted by its first component and
 * then by its second, and may be cut short; the totals are not.
 *
 * @param idleLocks nobody holds them or waits for them; they stay listed for a while
 * @param signalChannels those without a group have an empty one
 * @param observedElections the keys that somebody observes, whether or not anybody leads
 * @param bytes the engine's own estimate of its state
 */
public record Inventory(
        List<Lock> locks,
        List<Semaphore> semaphores,
        List<ReadWriteLock> readWriteLocks,
        List<Idle> idleLocks,
        List<Idle> idleSemaphores,
        List<Counter> counters,
        List<Value> values,
        List<StoredList> lists,
        List<SignalChannel> signalChannels,
        List<WatchChannel> watchChannels,
        List<ObservedElection> observedElections,
        List<Barrier> barriers,
        Totals totals,
        long bytes) {
    /** A lock or an election. The holder's session, the fence and the remaining time are 0 while there are only waiters. */
    public record Lock(String key, long holderSession, long remainingMs, int waiters, long fence) {}

    /** A resource of several permits. */
    public record Semaphore(String key, long limit, int holders, int waiters) {}

    /** The fence is the largest of the present holders'; 0 while there are only waiters. */
    public record ReadWriteLock(String key, int readers, boolean writer, long fence, int waiters) {}

    /** A resource that nobody uses. */
    public record Idle(String key, long idleMs) {}

    /** A counter and how long ago it was last read or written. */
    public record Counter(String key, long value, long idleMs) {}

    /** A key-value entry. {@code ttlRemainingMs} is 0 for one that does not expire. */
    public record Value(String key, int valueBytes, long ttlRemainingMs, long idleMs) {}

    /** A list that has values, or requests that wait for one. */
    public record StoredList(String key, int length, int popWaiters, long idleMs) {}

    /** Those who listen to one channel or pattern, in one group or each for itself. */
    public record SignalChannel(String pattern, String group, int listeners) {}

    /** Those who watch the keys of one pattern. */
    public record WatchChannel(String pattern, int watchers) {}

    /** Those who observe one election. */
    public record ObservedElection(String key, int observers) {}

    /** A barrier that has not tripped yet. */
    public record Barrier(String key, long count, int participants, long idleMs) {}

    /** How many there are of each kind, however many are listed. */
    public record Totals(
            int locks,
            int semaphores,
            int readWriteLocks,
            int idleLocks,
            int idleSemaphores,
            int idleReadWriteLocks,
            int counters,
            int values,
            int lists,
            int signalChannels,
            int watchChannels,
            int observedElections,
            int barriers) {}

    static Inventory of(Engine engine, int maxRows) {
        long nowMs = engine.nowMs;
        var resources = new LockInventory(engine.locks.resources, nowMs, maxRows);
        var counters = new SmallestRows<>(maxRows, Comparator.comparing((Counters.Counter counter) -> counter.key))
                .offerAll(engine.counters.all());
        var values = new SmallestRows<>(maxRows, Comparator.comparing((StoredValue value) -> value.key))
                .offerAll(engine.values.all());
        var lists = new SmallestRows<>(maxRows, Comparator.comparing((ValueList list) -> list.key))
                .offerAll(engine.lists.all());
        var barriers = new SmallestRows<>(maxRows, Comparator.comparing((Barriers.Barrier barrier) -> barrier.key))
                .offerAll(engine.barriers.all());
        var signals = signalChannels(engine, maxRows);
        var watches = new SmallestRows<>(maxRows, Comparator.comparing(WatchChannel::pattern));
        engine.watches
                .watchers()
                .forEach((pattern, watchers) -> watches.offer(new WatchChannel(pattern, watchers.count())));
        var elections = new SmallestRows<>(maxRows, Comparator.comparing(ObservedElection::key));
        engine.elections
                .observers()
                .forEach((key, observers) -> elections.offer(new ObservedElection(key, observers.count())));
        return new Inventory(
                resources.locks(),
                resources.semaphores(),
                resources.readWriteLocks(),
                resources.idleLocks(),
                resources.idleSemaphores(),
                counters.toRows(counter -> new Counter(counter.key, counter.value, nowMs - counter.lastUsedMs)),
                values.toRows(value -> value(value, nowMs)),
                lists.toRows(list -> new StoredList(
                        list.key, list.values.size(), list.poppers.size(), nowMs - list.lastUsedMs)),
                signals.toRows(row -> row),
                watches.toRows(row -> row),
                elections.toRows(row -> row),
                barriers.toRows(barrier -> new Barrier(
                        barrier.key, barrier.count, barrier.participants.size(), nowMs - barrier.lastUsedMs)),
                new Totals(
                        resources.lockCount(),
                        resources.semaphoreCount(),
                        resources.readWriteLockCount(),
                        resources.idleLockCount(),
                        resources.idleSemaphoreCount(),
                        resources.idleReadWriteLockCount(),
                        counters.total(),
                        values.total(),
                        lists.total(),
                        signals.total(),
                        watches.total(),
                        elections.total(),
                        barriers.total()),
                engine.bytes());
    }

    private static SmallestRows<SignalChannel> signalChannels(Engine engine, int maxRows) {
        var rows = new SmallestRows<>(
                maxRows, Comparator.comparing(SignalChannel::pattern).thenComparing(SignalChannel::group));
        engine.topics.channels().forEach((pattern, channel) -> {
            if (!channel.listeners.isEmpty()) {
                rows.offer(new SignalChannel(pattern, "", channel.listeners.count()));
            }
            channel.groups().forEach((group, members) -> rows.offer(new SignalChannel(pattern, group, members.size())));
        });
        return rows;
    }

    private static Value value(StoredValue stored, long nowMs) {
        long remainingMs = stored.expires ? stored.deadlineMs - nowMs : 0;
        return new Value(stored.key, stored.value.length(), remainingMs, nowMs - stored.lastUsedMs);
    }
}
