package io.dflockd.simulation;

import io.dflockd.testkit.history.HoldCall;
import org.jspecify.annotations.Nullable;

/**
 * What a client believes of a hold: by its own clock, from before it asked, less what clocks may differ. It ends once, and
 * the server must not end it before.
 */
final class Belief {
    private static final int CLOCKS_PART = 2_000;

    private final SimulatedClient client;
    final HoldWords words;
    final String key;
    final String token;
    final long fence;
    /** Whose end ends it, where it hangs on a connection. */
    @Nullable Wire wire;
    private long leaseUntil;
    /** Whether it was asked to become one that others share. */
    boolean downgraded;
    /** Whether it lives until its lease ends, whatever becomes of session and connection. */
    private boolean kept;
    private boolean over;

    Belief(SimulatedClient client, HoldWords words, String key, String token, long fence, @Nullable Wire wire) {
        this.client = client;
        this.words = words;
        this.key = key;
        this.token = token;
        this.fence = fence;
        this.wire = wire;
    }

    static long usable(long nanos) {
        return nanos - nanos / CLOCKS_PART;
    }

    boolean isOver() {
        return over;
    }

    /** A request that was written first at this time of the client's clock was answered with so long a lease. */
    void lasts(long writtenAt, long leaseMs) {
        if (!over) {
            leaseUntil = writtenAt + usable(leaseMs * VirtualTime.MS);
            look();
        }
    }

    /** A renewal is asked for: it may make the lease shorter as soon as it is written. */
    void mayLastOnly(long leaseMs) {
        leaseUntil = Math.min(leaseUntil, client.clock.nanoTime() + usable(leaseMs * VirtualTime.MS));
        look();
    }

    /** The server has said that it hangs on nothing but its lease. */
    void keep() {
        kept = true;
        wire = null;
    }

    /** What it hung on is gone. */
    void loseUnlessKept() {
        if (!kept) {
            lose();
        }
    }

    private long left() {
        return Math.min(leaseUntil, kept ? Long.MAX_VALUE : client.provedUntil()) - client.clock.nanoTime();
    }

    /** Ends it when it is time. */
    private void look() {
        if (over) {
            return;
        }
        if (left() <= 0) {
            lose();
        } else {
            client.time.after(client.clock.trueNanos(left()), this::look);
        }
    }

    /** The client cannot rely on it any more, perhaps for some time already. */
    void lose() {
        if (!over) {
            over = true;
            long since = client.time.now() - client.clock.trueNanos(Math.max(0, -left()));
            client.scene.history.mayHappen(client.name, key, new HoldCall.Lose(fence), since);
        }
    }

    /** The client gives it back. */
    void release() {
        over = true;
    }

    /** The server says that it is gone. Returns whether the client had to expect that. */
    boolean isEarly() {
        return !over && left() > 0;
    }
}
