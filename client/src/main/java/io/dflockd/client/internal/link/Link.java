package io.dflockd.client.internal.link;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.internal.Margin;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.session.Strand;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A conversation with a server, whose end ends what was taken in it: holds, places in queues, waits. Either a connection
 * of its own ({@link SocketLink}) or a strand of the one connection that carries all of a client's ({@link Strand}).
 *
 * <p>Futures complete on threads that must not be blocked. Thread-safe.
 */
public interface Link {
    /**
     * Whether what the request is to get ends with the link that it went over: a hold, a place in a queue, a wait. Such a
     * request has a link of its own.
     */
    static boolean isTiedTo(Request request) {
        boolean ends = request.givesSomething() || request instanceof Request.AwaitBarrier;
        return ends && !(request instanceof Request.Pop);
    }

    ServerAddress address();

    ConnectionOptions options();

    TimeSource time();

    /** Completes, never exceptionally, when the link has ended, with why. */
    CompletableFuture<DflockdException> closed();

    default boolean isClosed() {
        return closed().isDone();
    }

    /** Whether the server can be talked to at this moment, as far as is known. */
    boolean isConnected();

    /** Whether the server has announced that it takes durations in milliseconds. */
    default boolean takesMs() {
        return false;
    }

    /** Whether the server keeps what was taken here when the link ends, until the lease is over; as far as it has said so. */
    default boolean keepsHolds() {
        return false;
    }

    /**
     * For how long from now the server keeps what was taken here, whatever becomes of the connection, as far as is proved,
     * less the margin. Without a bound where nothing but the lease and the end of the link matter.
     */
    default long keptNanos(Margin margin) {
        return Nanos.FOREVER;
    }

    /** For how long the server keeps what was taken here without any sign of life. */
    default long graceNanos() {
        return Nanos.FOREVER;
    }

    /** Tells the holder, until it is removed, when its hold ends or is not proved any more. */
    default void add(Holder holder) {}

    default void remove(Holder holder) {}

    /** Sets who takes the pushes, in order, on the thread that reads; it must not block. */
    void onPush(Consumer<Push> handler);

    /** Whether it can be listened to as a member of a group. */
    default boolean takesGroups() {
        return true;
    }

    /** Sends without ever blocking. {@code waitNanos} is how long the command itself may wait at the server. */
    default CompletableFuture<Reply> send(Request request, long waitNanos) {
        return sendWithin(request, Nanos.plus(waitNanos, Nanos.of(options().responseTimeout())));
    }

    /** As {@link #send}, with the whole time until the answer is overdue. */
    CompletableFuture<Reply> sendWithin(Request request, long replyNanos);

    /** As {@link #sendWithin}, but the request may stay behind until {@link #flush}, so that many leave at once. */
    default CompletableFuture<Reply> enqueue(Request request, long replyNanos) {
        return sendWithin(request, replyNanos);
    }

    /** Sends what stayed behind, without blocking. */
    default void flush() {}

    /** As {@link #send}, but may write on the calling thread, which saves a change of threads. It waits for nobody there. */
    CompletableFuture<Reply> sendHere(Request request, long waitNanos);

    /** As {@link #sendHere} or as {@link #send}. */
    default CompletableFuture<Reply> send(Request request, long waitNanos, boolean here) {
        return here ? sendHere(request, waitNanos) : send(request, waitNanos);
    }

    /** For how long nothing has been sent or answered; 0 while answers are outstanding. */
    long idleNanos();

    /** Ends the link. Requests without an answer fail; the server releases what was taken here. */
    void close();

    /** As {@link #close}, for a reason that the waiting requests are told. */
    void abort(DflockdException why);
}
