package io.dflockd.client;

import io.dflockd.client.error.LeaseLostException;
import io.dflockd.client.error.LossReason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Something that is held: a lock, a permit, one side of a read-write lock, a leadership. It renews itself in the
 * background until it is released or lost. It belongs to no thread: any may use and release it.
 *
 * <p><b>How long it is valid.</b> By the monotonic clock of this machine, counted from the moment <em>before</em> the
 * last successful acquire or renewal was sent, for the length of the lease minus a safety margin. So it ends here before
 * it ends at the server, however long the answer took, and a process that was stopped for a while finds its leases
 * invalid when it goes on. (A machine that was suspended as a whole may not: its clock was suspended too.)
 *
 * <p><b>When the connection breaks,</b> the server normally releases the hold at once. The lease is therefore invalid
 * from the moment the break is known; it becomes valid again if a renewal over a new connection succeeds (a server with
 * auto-release switched off), and is lost as soon as the server says no, at the latest when the lease would have ended.
 *
 * <p>No lock service can stop a process that sleeps through the end of its lease and then writes. The guarded resource
 * can: give it the {@link #fence()} and let it refuse a lower one than it has seen.
 */
public interface Lease extends AutoCloseable {
    /** What is held. */
    String key();

    /** The secret that renews and releases the hold, from any connection. */
    String token();

    /** Greater than that of every earlier grant of the server; 0 from a server that knows none. */
    long fence();

    LeaseMode mode();

    /** Who granted it. */
    ServerAddress server();

    /** Whether it is held now, and provably so. Costs no communication. */
    boolean isValid();

    /** How much longer it is valid without another renewal; zero when it is not. */
    Duration remaining();

    /**
     * Does nothing while the lease is valid. For the places between the steps of long work.
     *
     * @throws LeaseLostException when it is lost, or not proved at the moment
     * @throws IllegalStateException when it was released
     */
    void ensureValid();

    /**
     * Calls back once when the hold is lost, before it can have ended at the server; at once if it was lost already;
     * never if it was released. Runs on the handle's callback executor.
     *
     * @return this lease
     */
    Lease onLost(Consumer<LossReason> callback);

    /** Completes when the hold is lost, on the handle's callback executor; never if it is released. */
    CompletableFuture<LossReason> lost();

    /**
     * Gives the hold back, and waits for the server's confirmation, at most for the response time-out. May be called
     * twice, and by several threads.
     *
     * @return whether the server confirmed it; false when the hold was lost before, or when nobody can tell
     * @throws InterruptedException when interrupted while waiting; the release goes on in the background
     */
    boolean release() throws InterruptedException;

    /** As {@link #release}. */
    CompletableFuture<Boolean> releaseAsync();

    /**
     * Gives the hold back as {@link #release} does, with nothing thrown: neither for a lease that was lost, nor for an
     * interrupt, which stays set for whoever looks next.
     */
    @Override
    void close();
}
