package io.dflockd.client;

import io.dflockd.client.error.LossReason;
import java.time.Duration;
import java.util.Map;

/**
 * What a {@link DflockdClient} has done since it was built, and what it has at the moment. A snapshot: it does not change.
 * The figures are read one after another while the client goes on, so they need not agree to the last unit.
 */
public record ClientMetrics(Connections connections, Requests requests, Leases leases, Acquisitions acquisitions,
        Events events) {
    /**
     * Connections, all of the client's together.
     *
     * @param open how many there are now
     * @param opened how many came about
     * @param failed how many attempts came to nothing
     * @param resumed how often a session went on over a new connection
     * @param sessionsLost how often the server did not know the session any more
     */
    public record Connections(long open, long opened, long failed, long resumed, long sessionsLost) {
        /** How often a session got a new connection, whatever became of the session. */
        public long reconnects() {
            return resumed + sessionsLost;
        }
    }

    /**
     * Requests, those of the client itself (renewals, pings) included.
     *
     * @param sent how many were sent or wait for a connection to be sent; one that is sent again counts once
     * @param inFlight how many wait for their answers now
     * @param late how often an answer did not come in time
     */
    public record Requests(long sent, long inFlight, long late) {}

    /**
     * Leases.
     *
     * @param held how many there are now, unproved ones included
     * @param renewed how many renewals succeeded
     * @param renewalsFailed how many did not; the lease may have been saved by the next
     * @param lost how many were lost, by reason; each reason is there
     */
    public record Leases(long held, long renewed, long renewalsFailed, Map<LossReason, Long> lost) {
        public Leases {
            lost = Map.copyOf(lost);
        }

        /** How many were lost, all reasons together. */
        public long lostInAll() {
            return lost.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /**
     * Attempts to acquire something, and waits of tickets.
     *
     * @param granted how many got what they wanted
     * @param timedOut how many did not within their wait; tries without a wait that found it taken are among them
     * @param failed how many ended with an error, an interrupt or a cancellation
     * @param totalWait the waits of those granted, from the call to the grant, together
     * @param longestWait the longest of these since the client was built
     */
    public record Acquisitions(long granted, long timedOut, long failed, Duration totalWait, Duration longestWait) {}

    /**
     * Signals and events of keys and leaders.
     *
     * @param delivered how many came into the streams of this client
     * @param dropped how many did not, because a stream was full
     */
    public record Events(long delivered, long dropped) {}
}
