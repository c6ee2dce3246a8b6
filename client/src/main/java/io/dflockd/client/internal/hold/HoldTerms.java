package io.dflockd.client.internal.hold;

import io.dflockd.client.LeaseMode;
import io.dflockd.client.LossListener;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.internal.Checks;
import io.dflockd.client.internal.Margin;
import io.dflockd.client.internal.Members;
import io.dflockd.client.internal.Threads;
import io.dflockd.client.internal.link.Link;
import io.dflockd.client.internal.session.Dialer;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.DurationForm;
import io.dflockd.protocol.HoldFamily;
import io.dflockd.protocol.Octets;
import io.dflockd.protocol.Request;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * What a handle wants: of which key, on which terms.
 *
 * @param key octets
 * @param leaseMs 0 for the server's default
 * @param ms whether the server takes milliseconds; else what is no whole number of seconds is rounded up
 * @param renewRatio {@link #NEVER} for a lease that is not renewed
 */
public record HoldTerms(Dialer dialer, HoldFamily family, String key, long limit, long leaseMs, boolean ms,
        double renewRatio, Margin margin, Consumer<DflockdException> onRenewError, LossListener onLost,
        Executor callbacks, Members members, Renewals renewals) {
    /** The ratio of a lease that is not renewed. */
    static final double NEVER = 0;
    /** Silent connections of the existing server (Go) end after 23 s, whatever the lease. */
    private static final long MAX_RENEWAL_NANOS = 15_000_000_000L;
    /** Renewals of many clients drift apart, but none comes late. */
    private static final double JITTER = 0.1;
    /** The part of the time to a renewal that it may be early where many are due at once. */
    private static final double EARLY = 0.5;

    public ServerAddress server() {
        return dialer.server();
    }

    TimeSource time() {
        return dialer.time();
    }

    /** The same, in the words that the server at the other end of the link knows. */
    HoldTerms over(Link link) {
        return link.takesMs() == ms ? this : with(family, !ms);
    }

    /** The same for the shared side of the same key. */
    HoldTerms downgraded() {
        return with(HoldFamily.READ, ms);
    }

    private HoldTerms with(HoldFamily newFamily, boolean takesMs) {
        return new HoldTerms(dialer, newFamily, key, limit, leaseMs, takesMs, renewRatio, margin, onRenewError,
                onLost, callbacks, members, renewals);
    }

    boolean renews() {
        return renewRatio > NEVER;
    }

    private long lease() {
        return ms ? leaseMs : Checks.roundedUpToSeconds(leaseMs);
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

    /** The family of the holds that users call so. */
    public static HoldFamily familyOf(LeaseMode mode) {
        return switch (mode) {
            case LOCK -> HoldFamily.LOCK;
            case PERMIT -> HoldFamily.SEMAPHORE;
            case READ -> HoldFamily.READ;
            case WRITE -> HoldFamily.WRITE;
            case LEADERSHIP -> HoldFamily.ELECTION;
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
        return new Request.Acquire(family.acquire(), key, waitMs, limit, lease(), DurationForm.SECONDS);
    }

    Request enqueue() {
        return new Request.Enqueue(family.enqueue(), key, limit, lease(), DurationForm.SECONDS);
    }

    Request await(long waitMs) {
        return new Request.Wait(family.await(), key, waitMs, DurationForm.SECONDS);
    }

    Request renew(String token) {
        return new Request.Renew(family.renew(), key, token, lease(), DurationForm.SECONDS);
    }

    Request downgrade(String token) {
        return new Request.Downgrade(key, token, lease(), DurationForm.SECONDS);
    }

    Request keep(String token, Duration lease) {
        long exact = Checks.wholeMs("lease TTL", lease);
        return new Request.Keep(key, token, ms ? exact : Checks.roundedUpToSeconds(exact), DurationForm.SECONDS);
    }

    Request release(String token) {
        return new Request.Release(family.release(), key, token);
    }

    /** Plans, if it is to be renewed at all, the renewal of a lease that counts from {@code sentAt}, and no other. */
    void planRenewal(Renewals.Entry entry, long leaseNanos, long sentAt) {
        if (!renews()) {
            return;
        }
        long usable = margin.usable(leaseNanos);
        long interval = Math.min(Math.min((long) (leaseNanos * renewRatio), usable * 9 / 10), MAX_RENEWAL_NANOS);
        long earliest = (long) (interval * (1 - EARLY));
        long latest = (long) (interval * (1 - JITTER * ThreadLocalRandom.current().nextDouble()));
        renewals.plan(entry, sentAt + earliest, sentAt + latest);
    }
}
