package io.dflockd.shedlock;

import io.dflockd.client.Lease;
import io.dflockd.client.error.DflockdException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import net.javacrumbs.shedlock.core.AbstractSimpleLock;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.support.LockException;

/** A lock that stays with the session of its client, is renewed by it, and ends when {@code lockAtMostFor} has passed. */
final class SessionLock extends AbstractSimpleLock {
    private final Lease lease;
    /** When {@code lockAtLeastFor} and {@code lockAtMostFor} began. */
    private final long from;
    private final CompletableFuture<Boolean> end = new CompletableFuture<>();

    SessionLock(Lease lease, LockConfiguration configuration, long from) {
        super(configuration);
        this.lease = lease;
        this.from = from;
        var left = configuration.getLockAtMostFor().minus(DflockdLockProvider.since(from));
        // Its own thread only sends, and waits for nothing.
        var unused = end.completeOnTimeout(true, Math.max(0, left.toNanos()), TimeUnit.NANOSECONDS)
                .thenCompose(passed -> lease.releaseAsync());
    }

    /** A lock that has ended meanwhile is none to release: its task ran for longer than {@code lockAtMostFor}, or it was lost. */
    @Override
    protected void doUnlock() {
        if (!end.cancel(false)) {
            return;
        }
        var left = lockConfiguration.getLockAtLeastFor().minus(DflockdLockProvider.since(from));
        try {
            boolean isKept = left.compareTo(Duration.ZERO) > 0 && lease.isValid();
            if (!isKept) {
                lease.close();
            } else if (!lease.keep(left)) {
                lease.close();
                throw new LockException(
                        lease.key() + " was given back before lockAtLeastFor had passed: the server did "
                                + "not say that it keeps it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LockException("interrupted while " + lease.key() + " was to be released", e);
        } catch (DflockdException e) {
            throw new LockException(lease.key() + " cannot be released, and ends with its lease: " + e.getMessage(), e);
        }
    }

    @Override
    protected Optional<SimpleLock> doExtend(LockConfiguration longer) {
        long now = System.nanoTime();
        // One that is not proved at the moment may be so later, and ends when it would have.
        return lease.isValid() && end.cancel(false)
                ? Optional.of(new SessionLock(lease, longer, now))
                : Optional.empty();
    }
}
