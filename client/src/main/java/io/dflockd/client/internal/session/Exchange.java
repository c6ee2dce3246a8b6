package io.dflockd.client.internal.session;

import io.dflockd.client.internal.Nanos;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A request over a session, and the answer to come. Guarded by the lock of its {@link ServerSession}. */
final class Exchange {
    /** The number of a request that was not written yet. */
    static final long NOT_WRITTEN = 0;

    final Request request;
    final CompletableFuture<Reply> reply = new CompletableFuture<>();
    /** Given when it is first written, and its own for ever. */
    long number = NOT_WRITTEN;
    /** Whether the end of its wait has been asked for. */
    boolean abandoned;
    /** Whether a value is lost, or a hold stays, if its answer is not read or it is not carried out. */
    boolean precious;
    /** When it was last written, or may have been taken by the server at the latest. */
    long sentAt;
    /** When its answer is due: at once or, of one that waits, when its time is over. */
    long dueAt;
    /** Whether it was first written over the present connection, so that its answer proves that the session lived then. */
    boolean proves;
    /** Where it ends among all that was sent over the present connection; 0 where it was not sent over that. */
    long end;
    TimeSource.Alarm overdue = () -> {};
    /** Who deals with an answer that nobody waits for any more. */
    Consumer<Reply> orphan = reply -> {};

    Exchange(Request request) {
        this.request = request;
        this.precious = isPop() || request instanceof Request.Release;
    }

    /** Whether it brings a value out of a list that somebody waits for. */
    boolean isPop() {
        return request instanceof Request.BlockingPop;
    }

    /** It is written now. */
    void wrote(long now) {
        sentAt = now;
        dueAt = waits() ? now + Nanos.ofMs(request.waitMs()) : now;
    }

    /** The server that has taken it owes its answer over another connection from now on. */
    void isOwedAnew(long now) {
        sentAt = now;
        end = 0;
        dueAt = dueAt - now > 0 ? dueAt : now; // its time has gone on meanwhile
    }

    /** Whether the server may answer it later than at once. */
    boolean waits() {
        return request.waitMs() > 0;
    }

    boolean isWritten() {
        return number != NOT_WRITTEN;
    }
}
