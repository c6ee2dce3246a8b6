package io.dflockd.client.internal.hold;

import io.dflockd.client.LeaseMode;
import io.dflockd.client.LossListener;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.internal.Margin;
import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.Threads;
import io.dflockd.client.internal.session.Dialer;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.DurationForm;
import io.dflockd.protocol.HoldFamily;
import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Request;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * What a handle wants: of which key, on which terms.
 *
 * @param key octets
 * @param leaseMs 0 for the server's default
 */
public record HoldTerms(Dialer dialer, HoldFamily family, String key, long limit, long leaseMs, double renewRatio,
        Margin margin, Consumer<DflockdException> onRenewError, LossListener onLost,
        Executor callbacks, Members members, Renewals renewals) {
    /** Silent connections of the existing server (Go) end after 23 s, whatever the lease. */
    private static final long MAX_RENEWAL_NANOS = 15_000_000_000L;
    /** Renewals of many clients drift apart, but none comes late. */
    private static final double JITTER = 0.1;
    /** The part of the time to a renewal that it may be early where many are due at once. */
    private static final double EARLY = 0.5;

    public ServerAddress server() {
        return dialer.address();
    }

    TimeSource time() {
        return dialer.time();
    }

    LeaseMode mode() {
        return modeOf(family);
    }

    /** What users call the holds of that family. */
    public static LeaseMode modeOf(HoldFamily family) {
        return switch (family) {
            case LOCK -> LeaseMode.LOCK;
            case SEMAPHORE -> LeaseMode.PERMIT;
            case READ -> LeaseMode.READ;
            case WRITE -> LeaseMode.WRITE;
            case ELECTION -> LeaseMode.LEADERSHIP;
        };
    }

    /** The beginning of a message about this key. */
    public String subject() {
        return Octets.toText(key) + " (" + mode() + " at " + server() + ")";
    }

    void renewalFailed(DflockdException why) {
        Threads.runOn(callbacks, () -> onRenewError.accept(why));
    }

    Request acquire(long waitMs) {
        return new Request.Acquire(family.acquire(), key, waitMs, limit, leaseMs, DurationForm.SECONDS);
    }

    Request enqueue() {
        return new Request.Enqueue(family.enqueue(), key, limit, leaseMs, DurationForm.SECONDS);
    }

    Request await(long waitMs) {
        return new Request.Wait(family.await(), key, waitMs, DurationForm.SECONDS);
    }

    Request renew(String token) {
        return new Request.Renew(family.renew(), key, token, leaseMs, DurationForm.SECONDS);
    }

    Request release(String token) {
        return new Request.Release(family.release(), key, token);
    }

    /** Plans the renewal of a lease that counts from {@code sentAt}, instead of what was planned before. */
    void planRenewal(Renewals.Entry entry, long leaseNanos, long sentAt) {
        long usable = margin.usable(leaseNanos);
        long interval = Math.min(Math.min((long) (leaseNanos * renewRatio), usable * 9 / 10), MAX_RENEWAL_NANOS);
        long earliest = (long) (interval * (1 - EARLY));
        long latest = (long) (interval * (1 - JITTER * ThreadLocalRandom.current().nextDouble()));
        renewals.plan(entry, sentAt + earliest, sentAt + latest);
    }
}
