package io.dflockd.engine;

/**
 * Estimates the bytes of the state, so that it can be bounded, and counts what the state is made of. The weights were read off a heap dump of a 64-bit JVM with
 * compact headers and are rounded up; the text of a key is counted once.
 */
final class Footprint {
    static final long RESOURCE_BYTES = 160;
    static final long HOLD_BYTES = 176;
    static final long WAITER_BYTES = 176;
    static final long COUNTER_BYTES = 144;
    static final long VALUE_BYTES = 176;
    static final long LIST_BYTES = 256;
    static final long ELEMENT_BYTES = 48;
    static final long POPPER_BYTES = 176;
    static final long BARRIER_BYTES = 224;
    static final long PARTICIPANT_BYTES = 176;
    static final long SUBSCRIPTION_BYTES = 288;

    private static final long EXPIRED_BYTES = 96;

    private final long maxBytes;
    private long bytes;
    private int holds;
    private int waiters;
    private int poppers;
    private int participants;
    private int subscriptions;

    Footprint(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    long bytes() {
        return bytes;
    }

    boolean fits(long more) {
        return bytes + more <= maxBytes;
    }

    void add(long more) {
        bytes += more;
    }

    void subtract(long less) {
        bytes -= less;
    }

    /** The bytes of remembering that a reservation of the key ran out. */
    static long expiredBytes(String key) {
        return EXPIRED_BYTES + key.length();
    }

    void countHolds(int change) {
        holds += change;
        bytes += change * HOLD_BYTES;
    }

    void countWaiters(int change) {
        waiters += change;
        bytes += change * WAITER_BYTES;
    }

    void countPoppers(int change) {
        poppers += change;
        bytes += change * POPPER_BYTES;
    }

    void countParticipants(int change) {
        participants += change;
        bytes += change * PARTICIPANT_BYTES;
    }

    /** Counts subscriptions whose pattern and group are so long. */
    void countSubscriptions(int change, int textBytes) {
        subscriptions += change;
        bytes += change * (SUBSCRIPTION_BYTES + textBytes);
    }

    int holds() {
        return holds;
    }

    int waiters() {
        return waiters;
    }

    int poppers() {
        return poppers;
    }

    int participants() {
        return participants;
    }

    int subscriptions() {
        return subscriptions;
    }
}
