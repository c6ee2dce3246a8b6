package io.dflockd.engine;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

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

    /** One of them, by itself. */
    public enum Limit {
        MAX_LOCKS,
        MAX_WAITERS,
        MAX_KEYS,
        MAX_LIST_LENGTH,
        MAX_SUBSCRIPTIONS,
        MAX_BYTES,
        MAX_ANSWER_BYTES,
        MAX_SESSIONS,
        MAX_GRACE_MS,
        /** 1 for yes, 0 for no. */
        RELEASES_ON_END,
        GC_INTERVAL_MS,
        GC_MAX_IDLE_MS
    }

    /** The value of one. */
    public long value(Limit limit) {
        return switch (limit) {
            case MAX_LOCKS -> maxLocks;
            case MAX_WAITERS -> maxWaiters;
            case MAX_KEYS -> maxKeys;
            case MAX_LIST_LENGTH -> maxListLength;
            case MAX_SUBSCRIPTIONS -> maxSubscriptions;
            case MAX_BYTES -> maxBytes;
            case MAX_ANSWER_BYTES -> maxAnswerBytes;
            case MAX_SESSIONS -> maxSessions;
            case MAX_GRACE_MS -> maxGraceMs;
            case RELEASES_ON_END -> releasesOnEnd ? 1 : 0;
            case GC_INTERVAL_MS -> gcIntervalMs;
            case GC_MAX_IDLE_MS -> gcMaxIdleMs;
        };
    }

    /** The same but for one. Throws {@link IllegalArgumentException} where that cannot be its value. */
    public EngineLimits with(Limit limit, long value) {
        var values = new EnumMap<Limit, Long>(Limit.class);
        for (var each : Limit.values()) {
            values.put(each, each == limit ? Long.valueOf(value) : Long.valueOf(value(each)));
        }
        return new EngineLimits(
                count(Limit.MAX_LOCKS, values),
                count(Limit.MAX_WAITERS, values),
                count(Limit.MAX_KEYS, values),
                count(Limit.MAX_LIST_LENGTH, values),
                count(Limit.MAX_SUBSCRIPTIONS, values),
                number(Limit.MAX_BYTES, values),
                number(Limit.MAX_ANSWER_BYTES, values),
                count(Limit.MAX_SESSIONS, values),
                number(Limit.MAX_GRACE_MS, values),
                number(Limit.RELEASES_ON_END, values) != 0,
                number(Limit.GC_INTERVAL_MS, values),
                number(Limit.GC_MAX_IDLE_MS, values));
    }

    private static int count(Limit limit, Map<Limit, Long> values) {
        long value = number(limit, values);
        if (value > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(limit + " is " + value + ", must be at most " + Integer.MAX_VALUE);
        }
        return (int) value;
    }

    private static long number(Limit limit, Map<Limit, Long> values) {
        return Objects.requireNonNull(values.get(limit));
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
