package io.dflockd.engine;

import java.util.Map;

/**
 * How much there is of everything. Counted as it changes, so that asking costs nothing however large the state is.
 *
 * @param resources lock, semaphore, read-write lock and election keys, idle ones included
 * @param idleResources those of them that nobody holds or waits for
 * @param holds what is held, each permit and each reader counted
 * @param waiters places in the queues of resources
 * @param lists lists that have values, or requests that wait for one
 * @param poppers requests that wait for a value
 * @param participants requests that wait at a barrier
 * @param subscriptions listeners, watches and observers
 * @param sessions the sessions that own anything of this
 * @param namedSessions those of them that outlive their connection
 * @param bytes the engine's own estimate of its state
 * @param lastFence the number that the latest grant got
 * @param holdsByKind those of each kind; each kind is in it
 * @param waitersByKind as that
 */
public record Census(
        int resources,
        int idleResources,
        int holds,
        int waiters,
        int counters,
        int values,
        int lists,
        int poppers,
        int barriers,
        int participants,
        int subscriptions,
        int listeners,
        int watches,
        int observers,
        int sessions,
        int namedSessions,
        long bytes,
        long lastFence,
        Map<HoldKind, Integer> holdsByKind,
        Map<HoldKind, Integer> waitersByKind) {
    public Census {
        holdsByKind = Map.copyOf(holdsByKind);
        waitersByKind = Map.copyOf(waitersByKind);
    }
}
