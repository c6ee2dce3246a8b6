package io.dflockd.engine;

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
    /**
     * A lock or an election. What is said of the holder is 0 or empty while there are only waiters, or where the hold
     * outlived its session.
     *
     * @param heldMs since when it is held
     * @param longestWaitMs since when the first in the queue has been waiting; 0 for nobody
     */
    public record Lock(
            String key,
            long holderSession,
            String clientName,
            long heldMs,
            long remainingMs,
            int waiters,
            long longestWaitMs,
            long fence) {}

    /** A resource of several permits. */
    public record Semaphore(String key, long limit, int holders, int waiters, long longestWaitMs) {}

    /** The fence is the largest of the present holders'; 0 while there are only waiters. */
    public record ReadWriteLock(
            String key, int readers, boolean writer, long fence, int waiters, long longestWaitMs) {}

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
}
