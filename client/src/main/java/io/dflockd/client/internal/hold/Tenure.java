package io.dflockd.client.internal.hold;

import io.dflockd.client.error.LossReason;
import io.dflockd.client.internal.Margin;
import io.dflockd.client.internal.Nanos;

/**
 * What becomes of one hold, and until when it is valid. Decides, and does nothing: time is an argument, and what is to be
 * done is the result.
 *
 * <pre>
 * HELD ── the link ends, and the server keeps what was taken over it ──► ADRIFT ── renewed over another ──► HELD
 * HELD ── the link ends, and the server releases what was taken over it ──► LOST
 * HELD, ADRIFT ── the server says it is gone, or it is valid no more ──► LOST
 * HELD, ADRIFT ── release ──► RELEASED
 * </pre>
 *
 * <p>It is valid until the earlier of two moments. One is the end of the lease, counted from before the request was written
 * that was answered last. The other is where the link proves no more that the server keeps the hold: that one moves
 * with every sign of life, and so is an argument ({@code kept}, how long from now). LOST and RELEASED are final, whichever
 * comes first, so an end is told once, with one reason. Guarded by the lock of the {@link LeaseKeeper}.
 */
final class Tenure {
    static final long FIRST_RETRY_NANOS = 50_000_000L;
    static final long MAX_RETRY_NANOS = 1_000_000_000L;

    enum State {
        HELD,
        ADRIFT,
        LOST,
        RELEASED
    }

    /** What is to be done. */
    sealed interface Step {
        /** Nothing: what was told makes no difference (any more). */
        record Nothing() implements Step {}

        /** The renewal was good; the next is to be planned. {@code adopted} where the hold goes on over another link. */
        record GoOn(boolean adopted) implements Step {}

        /** The hold was over when the renewal was answered: what that came over is not needed. */
        record TooLate() implements Step {}

        /**
         * Tell of the loss. The server is told that nobody needs the hold as far as that can make a difference, and not
         * before so long: whoever is told of a loss that the server does not know of has the margin for to stop.
         */
        record Lose(LossReason reason, Farewell farewell, long farewellAfterNanos) implements Step {}

        /** Give the hold back. */
        record GiveBack(Farewell farewell) implements Step {}

        /** Look again after so long. */
        record LookAgain(long afterNanos) implements Step {}

        /** Renew over the link after so long. */
        record RenewAgain(long afterNanos) implements Step {}

        /** Seek another link after so long, and renew over that. */
        record SeekLink(long afterNanos) implements Step {}
    }

    /** How the server learns that nobody needs the hold. */
    enum Farewell {
        /** By a release over the link. */
        OVER_LINK,
        /** By a release over a link that is yet to be made. */
        OVER_ANOTHER,
        /** Not at all: it has ended the hold itself, or does so. */
        NONE
    }

    private static final Step NOTHING = new Step.Nothing();

    private final Margin margin;
    private State state = State.HELD;
    private LossReason lossReason = LossReason.CONNECTION_LOST;
    private long fence;
    private long leaseUntil;
    private long marginNanos;
    private long retryNanos = FIRST_RETRY_NANOS;

    /** A hold that was granted: see {@link #renewed}. */
    Tenure(Margin margin, long leaseNanos, long fence, long sentAt) {
        this.margin = margin;
        this.fence = fence;
        begin(leaseNanos, sentAt);
    }

    private void begin(long leaseNanos, long sentAt) {
        long usable = margin.usable(leaseNanos);
        leaseUntil = sentAt + usable;
        marginNanos = leaseNanos - usable;
    }

    State state() {
        return state;
    }

    long fence() {
        return fence;
    }

    /** Why it was lost; before that, why it is not proved to be valid. */
    LossReason lossReason() {
        return lossReason;
    }

    boolean isOver() {
        return state == State.LOST || state == State.RELEASED;
    }

    /** For how long from now it is valid; 0 when it is not. */
    long leftNanos(long now, long kept) {
        return isOver() ? 0 : Math.max(0, Math.min(leaseUntil - now, kept));
    }

    /**
     * A renewal that was written at {@code sentAt} or later was answered.
     *
     * @param newFence 0 where the server told none
     */
    Step renewed(long leaseNanos, long newFence, long sentAt, boolean overAnotherLink) {
        if (isOver()) {
            return new Step.TooLate();
        }
        state = State.HELD;
        fence = newFence > 0 ? newFence : fence;
        begin(leaseNanos, sentAt);
        retryNanos = FIRST_RETRY_NANOS;
        return new Step.GoOn(overAnotherLink);
    }

    /** The server says that there is no such hold, or that its lease has ended. */
    Step gone(boolean expired) {
        if (expired) {
            return lose(LossReason.EXPIRED, Farewell.OVER_LINK);
        }
        boolean adrift = state == State.ADRIFT;
        return lose(adrift ? LossReason.CONNECTION_LOST : LossReason.REVOKED, Farewell.OVER_LINK);
    }

    /** The server has ended the hold, and has said so by itself. */
    Step ended(boolean expired) {
        return lose(expired ? LossReason.EXPIRED : LossReason.REVOKED, Farewell.NONE);
    }

    /** The link has ended; {@code keeps} says whether the server keeps what was taken over it. */
    Step linkEnded(boolean keeps) {
        if (state != State.HELD) {
            return NOTHING;
        }
        if (!keeps) {
            return lose(LossReason.CONNECTION_LOST, Farewell.NONE);
        }
        state = State.ADRIFT;
        return new Step.SeekLink(0);
    }

    /**
     * A renewal was not answered or put off, or there was no link for it.
     *
     * @param random of [0, 1): clients that fail together do not all come again at once
     */
    Step failed(double random) {
        if (isOver()) {
            return NOTHING;
        }
        long delay = (long) (retryNanos * (1 + random) / 2);
        retryNanos = Math.min(retryNanos * 2, MAX_RETRY_NANOS);
        return state == State.HELD ? new Step.RenewAgain(delay) : new Step.SeekLink(delay);
    }

    /** It may be valid no more. {@code connected} tells whether the server can be talked to. */
    Step look(long now, long kept, boolean connected) {
        if (isOver()) {
            return NOTHING;
        }
        long left = leftNanos(now, kept);
        if (left > 0) {
            return left < Nanos.FOREVER ? new Step.LookAgain(left) : NOTHING;
        }
        boolean cutOff = state == State.ADRIFT || !connected || kept <= 0;
        return lose(cutOff ? LossReason.CONNECTION_LOST : LossReason.EXPIRED, Farewell.OVER_LINK, marginNanos);
    }

    /** The client is closed. */
    Step clientClosed() {
        return lose(LossReason.CLIENT_CLOSED, state == State.ADRIFT ? Farewell.OVER_ANOTHER : Farewell.OVER_LINK);
    }

    /** Nobody needs it any more. */
    Step release() {
        if (isOver()) {
            return NOTHING;
        }
        boolean adrift = state == State.ADRIFT;
        state = State.RELEASED;
        return new Step.GiveBack(adrift ? Farewell.OVER_ANOTHER : Farewell.OVER_LINK);
    }

    private Step lose(LossReason reason, Farewell farewell) {
        return lose(reason, farewell, 0);
    }

    private Step lose(LossReason reason, Farewell farewell, long farewellAfterNanos) {
        if (isOver()) {
            return NOTHING;
        }
        boolean noLink = state == State.ADRIFT && farewell == Farewell.OVER_LINK;
        state = State.LOST;
        lossReason = reason;
        return noLink ? new Step.Lose(reason, Farewell.NONE, 0) : new Step.Lose(reason, farewell, farewellAfterNanos);
    }
}
