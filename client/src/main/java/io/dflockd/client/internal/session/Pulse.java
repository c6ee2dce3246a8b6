package io.dflockd.client.internal.session;

import io.dflockd.client.internal.session.SessionState.Look;
import io.dflockd.client.spi.TimeSource;

/**
 * Sees to it that the connection of a session is looked at in time: one alarm for the next look, whatever it is for. What
 * is to be done {@link SessionState#look} says. Guarded by the lock of the {@link Conversation}.
 */
final class Pulse {
    private final TimeSource time;
    private final SessionState state;
    private final InFlight inFlight;
    private final Holders holders;
    private final Runnable look;
    private boolean planned;
    private long at;
    private TimeSource.Alarm alarm = () -> {};

    /** Has {@code look} run when it is time to look, which is to call {@link #look}. */
    Pulse(TimeSource time, SessionState state, InFlight inFlight, Holders holders, Runnable look) {
        this.time = time;
        this.state = state;
        this.inFlight = inFlight;
        this.holders = holders;
        this.look = look;
    }

    /** Something was written, or somebody begins to rely on the session: what is to be done now or, as planned, later. */
    Look plan() {
        var next = next();
        if (next instanceof Look.LookAgain again) {
            plan(again.afterNanos());
        } else if (!(next instanceof Look.Rest)) {
            plan(0);
        }
        return next;
    }

    /** What is to be done now; a later look is planned already. */
    Look look() {
        planned = false;
        var next = next();
        if (next instanceof Look.LookAgain again) {
            plan(again.afterNanos());
        }
        return next;
    }

    private Look next() {
        return state.look(time.nanoTime(), inFlight.oldestPromptSentAt(), inFlight.firstWaitDueAt(),
                !holders.isEmpty());
    }

    private void plan(long afterNanos) {
        long wanted = time.nanoTime() + afterNanos;
        if (planned && at - wanted <= 0) {
            return;
        }
        alarm.cancel();
        planned = true;
        at = wanted;
        alarm = time.after(afterNanos, look);
    }
}
