package io.dflockd.cli.guard;

/**
 * Decides from what a lease says of itself whether it counts as lost, and how long its command may take to end. Knows no
 * clock: times are nanoseconds of a monotonic one.
 *
 * <p>A lease whose time is over is lost, as a process finds out that was stopped and goes on. One that is not valid
 * although its time is not over has lost its connection: upon that the server normally hands over at once, so it has the
 * margin to prove the hold again, and counts as lost after that.
 */
final class LeaseWatch {
    private static final long LEAST_GRACE_NANOS = 100_000_000L;

    private final long marginNanos;
    private long validUntil;
    private boolean doubtful;
    private long doubtfulSince;

    LeaseWatch(long marginNanos, long now) {
        this.marginNanos = marginNanos;
        this.validUntil = now;
    }

    /** @param now read before what remained was asked for */
    boolean isLost(long now, long remainingNanos) {
        if (remainingNanos > 0) {
            validUntil = now + remainingNanos;
            doubtful = false;
            return false;
        }
        if (now - validUntil >= 0) {
            return true;
        }
        if (!doubtful) {
            doubtful = true;
            doubtfulSince = now;
        }
        return now - doubtfulSince >= marginNanos;
    }

    /**
     * How long the command has between TERM and KILL: half of the margin after the lease ended here, which is how much later
     * it ends at the server, so that the other half is there for a machine that is busy; a moment if that is over.
     */
    long graceNanos(long now) {
        long longest = marginNanos / 2;
        return Math.max(LEAST_GRACE_NANOS, Math.min(longest, validUntil + longest - now));
    }
}
