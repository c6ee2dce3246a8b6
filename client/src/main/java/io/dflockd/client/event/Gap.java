package io.dflockd.client.event;

import io.dflockd.client.event.LossEvent;

/**
 * Events may be missing before this one. Whoever derives a state from events should read the state anew now: all
 * subscriptions stand again.
 *
 * @param cause why
 * @param dropped how many events are known to be missing; 0 where nobody can know
 */
public record Gap(Cause cause, long dropped) implements SignalEvent, WatchEvent, LeaderEvent, LossEvent {
    /** Why events are missing. */
    public enum Cause {
        /** The connection broke and was made anew. */
        RECONNECTED,
        /** Events came faster than they were taken, and the buffer was full. */
        OVERFLOW
    }
}
