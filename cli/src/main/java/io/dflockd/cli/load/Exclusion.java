package io.dflockd.cli.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Who holds the contended lock, as far as this process can tell, to find out whether two ever do, and whether fences rise.
 * Only holds whose lease cannot be over yet count: a lease begins after the lock was asked for. Thread-safe.
 */
final class Exclusion {
    private final long leaseNanos;
    private final AtomicReference<@Nullable Hold> holder = new AtomicReference<>();
    private final AtomicReference<@Nullable Hold> latest = new AtomicReference<>();
    private final AtomicLong violations = new AtomicLong();
    private volatile String first = "";

    Exclusion(long leaseSeconds) {
        leaseNanos = TimeUnit.SECONDS.toNanos(leaseSeconds);
    }

    /**
     * A grant.
     *
     * @param askedAt by the clock of {@link System#nanoTime}
     * @param fence 0 if the server sends none
     */
    record Hold(int connection, long askedAt, long fence) {}

    /** Notes a grant; true if the one before was to another connection. */
    boolean enter(Hold hold) {
        long now = System.nanoTime();
        var other = holder.getAndSet(hold);
        if (other != null && isHeld(other, now) && isHeld(hold, now)) {
            violated("connections " + other.connection() + " and " + hold.connection() + " held the lock at once");
        }
        var before = latest.getAndSet(hold);
        if (before != null && hold.fence() > 0 && hold.fence() <= before.fence() && isHeld(hold, now)) {
            violated("fence " + hold.fence() + " was granted after " + before.fence());
        }
        return before != null && before.connection() != hold.connection();
    }

    /** To be called before the release is sent. */
    void leave(Hold hold) {
        holder.compareAndSet(hold, null);
    }

    long violations() {
        return violations.get();
    }

    /** What the first violation was; empty if there is none. */
    String first() {
        return first;
    }

    private boolean isHeld(Hold hold, long now) {
        return now - hold.askedAt() < leaseNanos;
    }

    private void violated(String what) {
        if (violations.incrementAndGet() == 1) {
            first = what;
        }
    }
}
