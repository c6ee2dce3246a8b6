package io.dflockd.engine;

/**
 * Somebody to whom sessions belong, and what of all that there is was taken in them. What was taken counts for whoever took
 * it until it ends, also where its session has ended long before, as with holds that are kept and with values.
 */
final class Owner {
    final String name;
    /** How much may be taken; 0 for any amount. What there is already stays, however much it is. */
    int maxHolds;
    int maxWaiters;
    long maxValueBytes;
    int holds;
    /** Of all kinds: places in queues, requests that wait at lists and at barriers. */
    int waiters;
    /** What values, counters, lists and what is in them take, as {@link Footprint} weighs it. */
    long valueBytes;
    /** How many sessions, and other things that go on taking for it, there are. */
    int references;

    Owner(String name) {
        this.name = name;
    }

    boolean isUnused() {
        return holds == 0 && waiters == 0 && valueBytes == 0 && references == 0;
    }
}
