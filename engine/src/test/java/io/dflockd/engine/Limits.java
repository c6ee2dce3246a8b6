package io.dflockd.engine;

/** Bounds of engines for tests: {@link #wide} but for what a test narrows. */
final class Limits {
    int maxLocks = 1_000_000;
    int maxWaiters;
    int maxKeys;
    int maxListLength;
    int maxSubscriptions;
    long maxBytes = 1L << 30;
    long maxAnswerBytes = 16 << 20;
    int maxSessions = 10_000;
    long maxGraceMs = 600_000;
    boolean releasesOnEnd = true;
    long gcIntervalMs = 5_000;
    long gcMaxIdleMs = 60_000;

    static EngineLimits wide() {
        return new Limits().toLimits();
    }

    EngineLimits toLimits() {
        return new EngineLimits(
                maxLocks,
                maxWaiters,
                maxKeys,
                maxListLength,
                maxSubscriptions,
                maxBytes,
                maxAnswerBytes,
                maxSessions,
                maxGraceMs,
                releasesOnEnd,
                gcIntervalMs,
                gcMaxIdleMs);
    }
}
