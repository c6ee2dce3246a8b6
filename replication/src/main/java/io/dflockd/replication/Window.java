package io.dflockd.replication;

import io.dflockd.engine.Histogram;
import java.util.ArrayDeque;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * The batches of one term in their order: some are under way, some are held back, one is filled. Says when which is
 * proposed. What uses it holds a lock, but for {@link #waitingBytes}.
 *
 * <p>What is added is proposed at once where nothing is under way, and else as soon as there is as much of it as is under way,
 * in no more than {@value #SIZE} batches. So nobody waits for a timer, who is alone or one of two waits for nobody, and a
 * thousand share two batches: what a batch costs, in the processor's time of every node and in syncs, hardly depends on its
 * size. The rule is that of Nagle's algorithm (RFC 896), which sends what is small only when nothing is under way, made
 * milder for those who hand a lock over beside others who queue for it.
 */
final class Window {
    /** How many batches may be under way while another is filled. */
    static final int SIZE = 4;

    /**
     * A batch that is under way.
     *
     * @param nanos when it was proposed
     */
    private record Proposed(int actions, int bytes, long nanos) {}

    private final LogClock clock;
    private final LongSupplier nanoTime;
    private final BiConsumer<Proposal, Long> proposer;
    private OpenBatch open = new OpenBatch();
    /** Full ones that came while nothing is proposed. */
    private final ArrayDeque<OpenBatch> held = new ArrayDeque<>();
    private boolean holding;
    private final ArrayDeque<Proposed> underWay = new ArrayDeque<>();
    private int actionsUnderWay;
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
        if (!holding && !open.isEmpty() && underWay.size() < SIZE && open.actions() >= actionsUnderWay) {
            propose();
        }
    }

    /** Proposes what there is, and be it nothing, which moves the time on. */
    void propose() {
        underWay.add(new Proposed(open.actions(), open.bytes(), nanoTime.getAsLong()));
        actionsUnderWay += open.actions();
        proposer.accept(open.seal(LogMachine.RULES, term, nextNumber++, clock.nowMs()), term);
    }

    /** Whether the time may be moved on: nothing that does so is under way. */
    boolean isIdle() {
        return !holding && underWay.isEmpty();
    }

    /** What there is is proposed, and from now on nothing. */
    void hold() {
        if (!holding && !open.isEmpty()) {
            propose();
        }
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
        var decided = underWay.remove();
        actionsUnderWay -= decided.actions;
        waitingBytes -= decided.bytes;
        times.add(nanoTime.getAsLong() - decided.nanos);
        return true;
    }

    /** Whether all that is under way is decided, and, if {@code all}, all else too. */
    boolean isDecided(boolean all) {
        return underWay.isEmpty() && (!all || open.isEmpty());
    }

    /** What another leader may have in its log, or nobody, is not waited for. */
    void forget() {
        open.begin();
        held.clear();
        holding = false;
        underWay.clear();
        actionsUnderWay = 0;
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
