package io.dflockd.cli.load;

import io.dflockd.protocol.Limits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is to be run. Numbers that the workload does not use are ignored.
 *
 * @param connections that make the load
 * @param locks of each connection, which it takes in turn
 * @param window pairs in flight on a connection, or signals without an answer
 * @param payloadBytes of a signal; at least {@link #MIN_PAYLOAD_BYTES}
 * @param prefix what the names of keys and channels begin with
 * @param duration how long to measure; null for no end but the operations
 * @param operations to measure at most; 0 for no end but the duration
 * @param perSecond operations a second that all connections begin together; 0 for as many as they can
 */
public record Plan(Workload workload, int connections, int locks, int window, int subscribers, int payloadBytes,
        long leaseSeconds, String prefix, Duration warmUp, @Nullable Duration duration, long operations,
        long perSecond) {
    /** Room for a time, which tells how long a signal took. */
    public static final int MIN_PAYLOAD_BYTES = Stamp.LETTERS;
    /** What a server takes unless it is set otherwise. */
    public static final int MAX_PAYLOAD_BYTES = Limits.DEFAULT_MAX_ARG_BYTES;
}
