package io.dflockd.service.access;

import io.dflockd.service.driver.Alarm;
import io.dflockd.service.stats.ServerCounters;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says who may connect, and logs who may not: the first of a kind at once, the others counted. Thread-safe. */
public final class Gate {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    private final LongSupplier nanoTime;
    private final ServerCounters counters;
    private final int maxConnections;
    private final FailedLogins failedLogins;
    private final int maxUnknown;
    private final AtomicInteger unknown = new AtomicInteger();
    private final RateLimitedLog tooMany;
    private final RateLimitedLog tooManyUnknown;
    private final RateLimitedLog lockedOut;
    private final RateLimitedLog failures;
    private final RateLimitedLog members;
    private final RateLimitedLog full;
    private final RateLimitedLog drained;

    /**
     * Lets so many in.
     *
     * @param tries how often each source may fail to log in at once; 0 for any number
     * @param maxUnknown how many may be here at once who have yet to show who they are; 0 for any number
     */
    public Gate(
            ServerCounters counters,
            int maxConnections,
            int tries,
            int maxUnknown,
            LongSupplier nanoTime,
            Alarm alarm) {
        this.nanoTime = nanoTime;
        this.counters = counters;
        this.maxConnections = maxConnections;
        this.failedLogins = new FailedLogins(tries);
        this.maxUnknown = maxUnknown;
        this.tooMany = new RateLimitedLog(LOG,
                "connection refused, there are --max-connections or as many as --max-memory has room for", alarm);
        this.tooManyUnknown = new RateLimitedLog(LOG,
                "connection refused, there are --max-unauthenticated that have yet to show who they are", alarm);
        this.lockedOut = new RateLimitedLog(LOG, "connection refused, too many failed logins from there", alarm);
        this.failures = new RateLimitedLog(LOG, "authentication failed", alarm);
        this.full = new RateLimitedLog(LOG, "connection refused, its identity has max_connections", alarm);
        this.members = new RateLimitedLog(LOG, "connection refused on the port of the cluster's members", alarm);
        this.drained = new RateLimitedLog(LOG, "connection refused, this node is drained", alarm);
    }

    /** Counts a new connection, open from now on if it is let in. The source is null where it has no internet address. */
    public boolean letsIn(@Nullable InetAddress source, String peer) {
        if (!mayTry(source)) {
            counters.refuse(ServerCounters.Refused.RATE);
            lockedOut.happened(peer);
            return false;
        }
        if (maxUnknown > 0 && unknown.get() >= maxUnknown) {
            counters.refuse(ServerCounters.Refused.LIMIT);
            tooManyUnknown.happened(peer);
            return false;
        }
        if (!counters.tryOpen(maxConnections)) {
            tooMany.happened(peer);
            return false;
        }
        return true;
    }

    /** Somebody is here who has yet to show who it is. Whether there are few enough of them; it counts either way. */
    public boolean unknownCame(String peer) {
        if (unknown.incrementAndGet() > maxUnknown && maxUnknown > 0) {
            tooManyUnknown.happened(peer);
            return false;
        }
        return true;
    }

    /** One of them has shown it, or is gone. */
    public void unknownLess() {
        unknown.decrementAndGet();
    }

    /** The peer sent a wrong token, or something else instead. */
    public void wrongToken(@Nullable InetAddress source) {
        if (source != null) {
            synchronized (failedLogins) {
                failedLogins.failed(source, nowMs());
            }
        }
    }

    /** The peer is not let do anything: after a wrong token, or after silence. */
    public void authenticationFailed(String peer, ServerCounters.AuthFailure reason) {
        counters.authFailed(reason);
        failures.happened(peer);
    }

    /** Somebody asked for what it may not do. */
    public void denied(Right right) {
        counters.denied(ServerCounters.Denied.valueOf(right.name()));
    }

    /** Somebody wanted to change the cluster who may not. */
    public void deniedCluster() {
        counters.denied(ServerCounters.Denied.CLUSTER);
    }

    /** Somebody was not let in who came as a member of the cluster does. */
    public void memberRefused(String peer, String reason) {
        counters.refuse(ServerCounters.Refused.RATE);
        members.happened(peer, reason);
    }

    /** The identity that the peer has shown has as many connections as it may. */
    public void identityIsFull(String peer, String identity) {
        counters.refuse(ServerCounters.OfIdentity.CONNECTIONS);
        full.happened(peer, identity);
    }

    /** In nanoseconds, from whenever. */
    public long nanoTime() {
        return nanoTime.getAsLong();
    }

    /** Somebody was not let in because an operator wants this node emptied. */
    public void drained(String peer) {
        counters.refuse(ServerCounters.Refused.DRAINING);
        drained.happened(peer);
    }

    /** Whether somebody there may try to show a token. */
    public boolean mayTry(@Nullable InetAddress source) {
        if (source == null) {
            return true;
        }
        synchronized (failedLogins) {
            return failedLogins.mayTry(source, nowMs());
        }
    }

    private long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong());
    }
}
