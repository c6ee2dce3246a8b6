package io.dflockd.engine;

/**
 * What somebody has taken in the sessions that belong to it.
 *
 * @param waiters of all kinds: places in queues, requests that wait at lists and at barriers
 * @param valueBytes what values, counters and lists take, as the engine weighs them
 */
public record OwnerUse(int holds, int waiters, long valueBytes) {
    /** Nothing at all. */
    public static final OwnerUse NOTHING = new OwnerUse(0, 0, 0);
}
