package io.dflockd.transport;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * What the transport has to be told.
 *
 * @param readTimeout for a request to arrive whole, and for a connection that owns nothing to be silent
 * @param writeTimeout for the peer to take some of what it is sent; zero for ever
 * @param maxArgBytes the longest argument line of the commands that carry a value
 * @param maxPushes how many signals and events may wait for a slow peer
 * @param memoryBytes what all connections together may take: what was read and what is to be written
 * @param nanoTime the clock
 */
public record TransportSettings(
        Duration readTimeout,
        Duration writeTimeout,
        int maxArgBytes,
        int maxPushes,
        long memoryBytes,
        LongSupplier nanoTime) {}
