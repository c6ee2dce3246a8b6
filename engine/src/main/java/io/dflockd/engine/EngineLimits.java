package io.dflockd.engine;

/**
 * The bounds of an engine. They are part of its state, and only {@link Command.SetLimits} changes them.
 *
 * @param maxLocks how many lock, semaphore, read-write lock and election keys there may be, idle ones included
 * @param maxWaiters how many may queue for one key; 0 for any number
 * @param maxKeys how many counters, values, lists and barriers there may be together; 0 for any number
 * @param maxListLength how many values a list may have; 0 for any number
 * @param maxSubscriptions how many listeners, watches and observers a session may have together; 0 for any number
 * @param maxBytes how large the state may grow, by the engine's own estimate
 * @param maxAnswerBytes how long the line of an answer may be
 * @param maxSessions how many sessions may have a name; 0 for none
 * @param maxGraceMs the longest that a session may outlive its connection by; longer wishes are cut to it
 * @param releasesOnEnd whether what a session holds ends with it; else it stays until its leases end
 * @param gcIntervalMs how often idle keys are looked for
 * @param gcMaxIdleMs how long a key stays after its last use
 */
public record EngineLimits(
        int maxLocks,
        int maxWaiters,
        int maxKeys,
        int maxListLength,
        int maxSubscriptions,
        long maxBytes,
        long maxAnswerBytes,
        int maxSessions,
        long maxGraceMs,
        boolean releasesOnEnd,
        long gcIntervalMs,
        long gcMaxIdleMs) {
    public EngineLimits {
        requirePositive("maxLocks", maxLocks);
        requireNotNegative("maxWaiters", maxWaiters);
        requireNotNegative("maxKeys", maxKeys);
        requireNotNegative("maxListLength", maxListLength);
        requireNotNegative("maxSubscriptions", maxSubscriptions);
        requirePositive("maxBytes", maxBytes);
        requirePositive("maxAnswerBytes", maxAnswerBytes);
        requireNotNegative("maxSessions", maxSessions);
        requireNotNegative("maxGraceMs", maxGraceMs);
        requirePositive("gcIntervalMs", gcIntervalMs);
        requirePositive("gcMaxIdleMs", gcMaxIdleMs);
    }

    private static void requirePositive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " is " + value + ", must be above 0");
        }
    }

    private static void requireNotNegative(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " is " + value + ", must be 0 or more");
        }
    }
}
