package io.dflockd.replication;

import io.dflockd.engine.Histogram;
import java.util.ArrayDeque;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * The batches of one term in their order: some are under way, some are held back, one is filled. Says when which is
 * proposed. What uses it holds a lock, but for {@link #waitingBytes}.
 *
 * <p>While fewer than {@value #SIZE} batches are under way, what is added is proposed at once; else it stays in the open batch,
 * which grows until one of them is decided. So one client waits for no timer, and a thousand share a batch.
 */
final class Window {
    /** How many batches may be under way while another is filled. */
    static final int SIZE = 4;

    private final LogClock clock;
    private final LongSupplier nanoTime;
    private final BiConsumer<Proposal, Long> proposer;
    private OpenBatch open = new OpenBatch();
    /** Full ones that came while nothing is proposed. */
    private final ArrayDeque<OpenBatch> held = new ArrayDeque<>();
    private boolean holding;
    /** The bytes of those that are under way. */
    private final ArrayDeque<Integer> underWay = new ArrayDeque<>();
    /** When they were proposed. */
    private final ArrayDeque<Long> proposedAt = new ArrayDeque<>();
    private final Histogram times = Histogram.ofNanos();
    private long term;
    private long nextNumber;
    private volatile long waitingBytes;

    /**
     * Begins in no term.
     *
     * @param clock of the times of batches
     * @param nanoTime how long it takes until they are decided is told by this one
     * @param proposer hands a batch, and its term, to the log
     */
    Window(LogClock clock, LongSupplier nanoTime, BiConsumer<Proposal, Long> proposer) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.proposer = proposer;
    }

    /** Whatever is left of another term is forgotten. */
    void begin(long newTerm) {
        forget();
        term = newTerm;
        nextNumber = 0;
    }

    long term() {
        return term;
    }

    /** A batch that is full is proposed however many are under way: what waits is bounded by whoever asks {@link #waitingBytes}. */
    void join(Turn turn) {
        if (!open.hasRoomFor(turn)) {
            if (holding) {
                held.add(open);
                open = new OpenBatch();
            } else {
                propose();
            }
        }
        append(turn);
        proposeIfFree();
    }

    /** Adds what is proposed with whatever comes next. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // the lock makes it one
    void append(Turn turn) {
        open.append(turn);
        waitingBytes += turn.bytes();
    }

    void proposeIfFree() {
        if (!holding && !open.isEmpty() && underWay.size() < SIZE) {
            propose();
        }
    }

    /** Proposes what there is, and be it nothing, which moves the time on. */
    void propose() {
        underWay.add(open.bytes());
        proposedAt.add(nanoTime.getAsLong());
        proposer.accept(open.seal(LogMachine.RULES, term, nextNumber++, clock.nowMs()), term);
    }

    /** Whether the time may be moved on: nothing that does so is under way. */
    boolean isIdle() {
        return !holding && underWay.isEmpty();
    }

    /** From now on nothing is proposed. */
    void hold() {
        holding = true;
    }

    boolean isHolding() {
        return holding;
    }

    /** What was held back is proposed, unless another term has begun. */
    void goOn() {
        if (!holding) {
            return;
        }
        holding = false;
        var latest = open;
        while (!held.isEmpty()) {
            open = held.remove();
            propose();
        }
        open = latest;
        proposeIfFree();
    }

    /** A batch is applied. Returns whether it is the oldest of those that are under way. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // the lock makes it one
    boolean decided(Batch batch) {
        if (batch.term() != term || underWay.isEmpty()) {
            return false;
        }
        waitingBytes -= underWay.remove();
        times.add(nanoTime.getAsLong() - proposedAt.remove());
        return true;
    }

    /** Whether all that is under way is decided, and, if {@code all}, all else too. */
    boolean isDecided(boolean all) {
        return underWay.isEmpty() && (!all || open.isEmpty());
    }

    /** What another leader may have in its log, or nobody, is not waited for. */
    void forget() {
        open.clear();
        held.clear();
        holding = false;
        underWay.clear();
        proposedAt.clear();
        waitingBytes = 0;
    }

    /** How long it took until batches were decided, from when they were proposed. Changes. */
    Histogram times() {
        return times;
    }

    /** The bytes of all that was added and is not decided. */
    long waitingBytes() {
        return waitingBytes;
    }
}
