package io.dflockd.service.access;

/**
 * How much somebody of the file may have and do; 0 for any amount.
 *
 * @param maxHolds in all sessions together, as the two that follow
 * @param maxWaiters places in queues, and requests that wait at lists and barriers
 * @param maxValuesBytes what values, counters and lists take, as the server weighs them for {@code --max-memory}
 * @param maxConnections to the port of clients, at once
 * @param requestsPerSecond of all connections to that port together
 */
public record IdentityLimits(
        int maxHolds, int maxWaiters, long maxValuesBytes, int maxConnections, int requestsPerSecond) {
    public static final IdentityLimits NONE = new IdentityLimits(0, 0, 0, 0, 0);
}
