package io.dflockd.server;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says who may connect, and logs who may not: the first of a kind at once, the others counted. Thread-safe. */
final class Gate {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    private final ServerCounters counters;
    private final int maxConnections;
    private final FailedLogins failedLogins;
    private final RateLimitedLog tooMany;
    private final RateLimitedLog lockedOut;
    private final RateLimitedLog failures;

    /** Each source may fail to log in {@code tries} times at once; 0 for any number. */
    Gate(ServerCounters counters, int maxConnections, int tries, RateLimitedLog.Timer timer) {
        this.counters = counters;
        this.maxConnections = maxConnections;
        this.failedLogins = new FailedLogins(tries);
        this.tooMany = new RateLimitedLog(LOG, "connection refused, there are --max-connections", timer);
        this.lockedOut = new RateLimitedLog(LOG, "connection refused, too many failed logins from there", timer);
        this.failures = new RateLimitedLog(LOG, "authentication failed", timer);
    }

    /** Counts a new connection, open from now on if it is let in. */
    boolean letsIn(SocketAddress peer) {
        if (!mayTry(peer)) {
            counters.refuse();
            lockedOut.happened(text(peer));
            return false;
        }
        if (!counters.tryOpen(maxConnections)) {
            tooMany.happened(text(peer));
            return false;
        }
        return true;
    }

    /** The peer sent a wrong token, or something else instead. */
    void wrongToken(SocketAddress peer) {
        if (peer instanceof InetSocketAddress inet && inet.getAddress() != null) {
            synchronized (failedLogins) {
                failedLogins.failed(inet.getAddress(), nowMs());
            }
        }
    }

    /** The peer is not let do anything: after a wrong token, or after silence. */
    void authenticationFailed(SocketAddress peer) {
        counters.authFailed();
        failures.happened(text(peer));
    }

    private boolean mayTry(SocketAddress peer) {
        if (peer instanceof InetSocketAddress inet && inet.getAddress() != null) {
            synchronized (failedLogins) {
                return failedLogins.mayTry(inet.getAddress(), nowMs());
            }
        }
        return true;
    }

    private static String text(SocketAddress peer) {
        return peer instanceof InetSocketAddress inet ? Addresses.text(inet) : String.valueOf(peer);
    }

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
