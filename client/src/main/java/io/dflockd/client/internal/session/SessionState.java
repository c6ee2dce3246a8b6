package io.dflockd.client.internal.session;

import io.dflockd.client.internal.Margin;
import io.dflockd.client.internal.Nanos;
import io.dflockd.protocol.Reply;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where one session with a server stands, and what that proves. Decides, and does nothing: time is an argument, and what is
 * to be done is the result.
 *
 * <pre>
 * DOWN ── connected, the server says {@code new} or {@code resumed} ──► UP
 * UP ── the connection breaks ──► DOWN
 * UP, DOWN ── close, or the server takes no sessions ──► CLOSED
 * </pre>
 *
 * <p><b>Proof of life.</b> An answer that came over the present connection to a request that was first written over it
 * proves that the session lived when that was written; so does {@code session} itself. The server ends a session
 * no sooner than the grace after it last lived. A request that was written again proves nothing: its answer may be older than
 * that. While there is no connection the last proof stands.
 *
 * <p>Guarded by the lock of the {@link Conversation}. Anybody may ask {@link #isUp}, {@link #isClosed}, {@link #keepsHolds},
 * {@link #graceNanos} and {@link #keptNanos}.
 */
final class SessionState {
    /** While something is held, proof is never older than this part of the grace, as long as the server answers. */
    private static final int PROOF_PART = 3;
    /** An answer that the server gives at once may take this part of the grace, and not longer than that. */
    private static final int SILENCE_PART = 4;
    private static final long MAX_SILENCE_NANOS = 2_500_000_000L;
    /** So long where other nodes may serve meanwhile. The session goes on over another connection, so little is risked. */
    private static final long MAX_SILENCE_OF_NODE_NANOS = 750_000_000L;
    /** Twice as long for each time that nothing was won by that, up to so many. */
    private static final int MOST_IN_VAIN = 2;

    enum Phase {
        DOWN,
        UP,
        CLOSED
    }

    /** What a server's answer to {@code session} means. */
    sealed interface Arrival {
        /** It cannot be our session. */
        record Impossible() implements Arrival {}

        /** A session begins; {@code lost} where that means that the one before it is gone, with all it had. */
        record Begun(boolean lost) implements Arrival {}

        /** Our session goes on. */
        record Resumed() implements Arrival {}
    }

    /** What is to be done for the connection. */
    sealed interface Look {
        /** Write a numbered {@code ping}. */
        record Ping() implements Look {}

        /** Take the connection for dead. */
        record GiveUp() implements Look {}

        /** Look again after so long. */
        record LookAgain(long afterNanos) implements Look {}

        /** Nothing is to be looked after. */
        record Rest() implements Look {}
    }

    private final long patienceNanos;
    private final BooleanSupplier hasOtherNodes;
    /** How often a silent connection was given up since an answer last came in good time. */
    private int inVain;
    private volatile Phase phase = Phase.DOWN;
    private boolean known;
    private long downSince;
    private long promptWrittenAt;
    private volatile boolean keepsHolds;
    private volatile long graceNanos;
    private volatile long provedAt;
    private volatile long heardAt;

    /**
     * A session that has yet to begin.
     *
     * @param patienceNanos how long an answer that the server gives at once may take while nothing is held
     * @param graceSeconds what the server is asked for
     * @param hasOtherNodes whether the server is a cluster, so that another node may serve when one is silent
     */
    SessionState(long patienceNanos, long graceSeconds, BooleanSupplier hasOtherNodes, long now) {
        this.patienceNanos = Math.min(patienceNanos, MAX_SILENCE_NANOS);
        this.hasOtherNodes = hasOtherNodes;
        this.graceNanos = Nanos.ofSeconds(graceSeconds);
        this.provedAt = now;
        this.downSince = now;
    }

    boolean isUp() {
        return phase == Phase.UP;
    }

    boolean isClosed() {
        return phase == Phase.CLOSED;
    }

    /** Whether the server has seen it. */
    boolean isKnown() {
        return known;
    }

    boolean keepsHolds() {
        return keepsHolds;
    }

    /** The server has said whether it keeps holds when their session ends. */
    void greeted(boolean keeps) {
        keepsHolds = keeps;
    }

    /** For how long the server keeps the session without any sign of life. */
    long graceNanos() {
        return graceNanos;
    }

    /** For how long from now the server keeps what was taken, less the margin; without a bound where it always does. */
    long keptNanos(Margin margin, long now) {
        return keepsHolds ? Nanos.FOREVER : provedAt + margin.usable(graceNanos) - now;
    }

    /** How long an attempt to connect may take before another is made: less where there is something left to be saved. */
    long attemptNanos(long now, long mostNanos) {
        boolean hasTime = known && provedAt + graceNanos - now > 0;
        return hasTime ? Math.min(mostNanos, Math.min(MAX_SILENCE_NANOS, graceNanos / SILENCE_PART)) : mostNanos;
    }

    /** How long a connection may be silent that is to take the session up: a node waits for a leader as long as it must. */
    long joinNanos() {
        return silenceNanos(known);
    }

    /** What the answer means; {@code possible} tells whether the server can have taken what it says. */
    Arrival arrival(Reply.Session answer, boolean possible) {
        if (!answer.resumed()) {
            return new Arrival.Begun(known);
        }
        return known && possible ? new Arrival.Resumed() : new Arrival.Impossible();
    }

    /**
     * There is a connection, and the session goes on over it; false where it is closed.
     *
     * @param askedAt when {@code session} was written
     */
    boolean up(Reply.Session answer, long askedAt) {
        if (phase == Phase.CLOSED) {
            return false;
        }
        if (!answer.resumed() || graceNanos == 0) {
            graceNanos = Nanos.ofSeconds(answer.graceSeconds());
        }
        known = true;
        phase = Phase.UP;
        promptWrittenAt = askedAt;
        provedAt = askedAt;
        heardAt = askedAt;
        return true;
    }

    /** The connection broke; false where that makes no difference. */
    boolean down(long now) {
        if (phase != Phase.UP) {
            return false;
        }
        phase = Phase.DOWN;
        downSince = now;
        return true;
    }

    /** For how long there was no connection until now. */
    long awayNanos(long now) {
        return now - downSince;
    }

    /** The server knows nothing of it; true where it once did. */
    boolean lose() {
        boolean was = known;
        known = false;
        return was;
    }

    /** It is over; false where it was already. */
    boolean close() {
        boolean was = phase != Phase.CLOSED;
        phase = Phase.CLOSED;
        return was;
    }

    /** Something was written that the server answers at once. */
    void wrotePrompt(long now) {
        promptWrittenAt = now;
    }

    /** An answer was read, to whatever request: the server is not silent, however far this side is behind with reading. */
    void heard(long now) {
        heardAt = now;
    }

    /** An answer came over the present connection, to a request that was first written over it, at that time. */
    void proved(long writtenAt) {
        if (writtenAt - provedAt > 0) {
            provedAt = writtenAt;
        }
        if (heardAt - writtenAt < MAX_SILENCE_OF_NODE_NANOS) {
            inVain = 0;
        }
    }

    /** The connection was given up because it was silent. */
    void gaveUp() {
        inVain = Math.min(inVain + 1, MOST_IN_VAIN);
    }

    /**
     * Whether the server is to be asked for a sign of life, or has owed one for too long.
     *
     * @param promptSince when the oldest request was written that the server should have answered at once; null for none
     * @param waitDueAt when the first of the requests that wait is to be answered; null for none
     * @param holding whether somebody relies on the session
     */
    Look look(long now, @Nullable Long promptSince, @Nullable Long waitDueAt, boolean holding) {
        if (phase != Phase.UP) {
            return new Look.Rest();
        }
        long left = Nanos.FOREVER;
        @Nullable Long owedSince = earlier(promptSince, waitDueAt);
        if (owedSince != null) {
            long silentSince = heardAt - owedSince > 0 ? heardAt : owedSince;
            left = silentSince + silenceOfNodeNanos(holding) - now;
            if (left <= 0) {
                return new Look.GiveUp();
            }
        }
        // What is owed at once serves as a ping. What waits does not: its answer proves only that the session lived long ago.
        if (holding && promptSince == null) {
            long toPing = promptWrittenAt + graceNanos / PROOF_PART - now;
            if (toPing <= 0) {
                return new Look.Ping();
            }
            left = Math.min(left, toPing);
        }
        return left >= Nanos.FOREVER ? new Look.Rest() : new Look.LookAgain(left);
    }

    private static @Nullable Long earlier(@Nullable Long one, @Nullable Long other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one - other <= 0 ? one : other;
    }

    private long silenceOfNodeNanos(boolean holding) {
        long most = silenceNanos(holding);
        return hasOtherNodes.getAsBoolean() ? Math.min(most, MAX_SILENCE_OF_NODE_NANOS << inVain) : most;
    }

    private long silenceNanos(boolean holding) {
        return holding ? Math.min(patienceNanos, graceNanos / SILENCE_PART) : patienceNanos;
    }
}
