package io.dflockd.shedlock;

import io.dflockd.client.KeptHold;
import io.dflockd.client.error.DflockdException;
import java.time.Duration;
import java.util.Optional;
import net.javacrumbs.shedlock.core.AbstractSimpleLock;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.support.LockException;

/** A lock that the server keeps by itself. */
final class KeptLock extends AbstractSimpleLock {
    private final KeptHold hold;
    /** When {@code lockAtLeastFor} began. */
    private final long from;

    KeptLock(KeptHold hold, LockConfiguration configuration, long from) {
        super(configuration);
        this.hold = hold;
        this.from = from;
    }

    /** A lock that has ended meanwhile is none to release: its task ran for longer than {@code lockAtMostFor}. */
    @Override
    protected void doUnlock() {
        var left = lockConfiguration.getLockAtLeastFor().minus(DflockdLockProvider.since(from));
        ask("released", () -> left.compareTo(Duration.ZERO) > 0 ? hold.endAfter(left) : hold.release());
    }

    @Override
    protected Optional<SimpleLock> doExtend(LockConfiguration longer) {
        long now = System.nanoTime();
        return ask("extended", () -> hold.endAfter(longer.getLockAtMostFor()))
                ? Optional.of(new KeptLock(hold, longer, now))
                : Optional.empty();
    }

    private interface Asking {
        boolean ask() throws InterruptedException;
    }

    private boolean ask(String what, Asking asking) {
        try {
            return asking.ask();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LockException("interrupted while " + hold.key() + " was to be " + what, e);
        } catch (DflockdException e) {
            throw new LockException("%s cannot be %s, and ends by itself when lockAtMostFor has passed: %s"
                    .formatted(hold.key(), what, e.getMessage()), e);
        }
    }
}
