package io.dflockd.client.internal.session;

import io.dflockd.client.spi.TimeSource;

/** One alarm for the next look at something, however often one is planned. Guarded by the lock of its {@link Conversation}. */
final class Looks {
    private final TimeSource time;
    private final Runnable look;
    private boolean planned;
    private long at;
    private TimeSource.Alarm alarm = () -> {};

    Looks(TimeSource time, Runnable look) {
        this.time = time;
        this.look = look;
    }

    /** Has a look after so long, or before. */
    void plan(long afterNanos) {
        long wanted = time.nanoTime() + afterNanos;
        if (planned && at - wanted <= 0) {
            return;
        }
        alarm.cancel();
        planned = true;
        at = wanted;
        alarm = time.after(afterNanos, look);
    }

    /** For the look: the next plan is one of its own. */
    void rang() {
        planned = false;
    }
}
