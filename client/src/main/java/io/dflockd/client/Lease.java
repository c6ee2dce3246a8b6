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
 * <p><b>When the connection breaks,</b> a lease of a {@link DflockdClient} goes on: the server keeps it for the session
 * grace, in which the client takes it up over another connection; it is lost, and told so, before that time is over at the
 * server. Over a connection of its own - a handle that stands alone, a server without sessions, a grace of zero - the
 * server releases the hold as soon as it sees the break, which may be before this side does: there the fence protects. Only
 * a server with auto-release switched off keeps such a hold until its lease ends.
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

    /** Who granted it; a cluster by the first address that was given, whichever node leads. */
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

    /**
     * Completes when the hold is lost, on the handle's callback executor; never if it is released. It is one future for all
     * who ask, and cannot be cancelled or completed by any of them.
     */
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
     * Has the hold outlive this client: it goes on for so long from now, and ends then, or when somebody releases it by its
     * {@link #token()}, from whatever connection ({@code connection.locks().release}). Nobody renews it or hears of its end.
     * This lease is over afterwards, as if it had been released. For work that others do on, and for a least time between
     * two runs.
     *
     * @return whether the server confirmed it; false when the hold was not valid, or the server would not (any older one
     *         does not know how): then it is given back
     * @throws InterruptedException when interrupted while waiting; it goes on in the background
     */
    boolean keep(Duration lease) throws InterruptedException;

    /** As {@link #keep}. */
    CompletableFuture<Boolean> keepAsync(Duration lease);

    /**
     * Makes a hold of the shared side of the exclusive side of a read-write lock, with the same token and fence and with
     * nobody in between; readers that are first in the queue join. This lease is over afterwards, as if it had been released,
     * and the returned one renews itself. It is given back where the server does not know how, or does not answer.
     *
     * @throws LeaseLostException when it is not valid
     * @throws IllegalStateException when it is of anything else, or was released
     * @throws InterruptedException when interrupted while waiting; then it is given back
     */
    Lease downgrade() throws InterruptedException;

    /** As {@link #downgrade}. However its user completes it, the hold is given back. */
    CompletableFuture<Lease> downgradeAsync();

    /**
     * Gives the hold back as {@link #release} does, with nothing thrown: neither for a lease that was lost, nor for an
     * interrupt, which stays set for whoever looks next.
     */
    @Override
    void close();
}
