package io.dflockd.client.internal;

import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A request with a tag, and the answer to come. Guarded by the lock of its {@link ServerSession}. */
final class Exchange {
    final String tag;
    final Request request;
    final CompletableFuture<Reply> reply = new CompletableFuture<>();
    /** Whether it may have reached the server. */
    boolean sent;
    /** Whether the end of its wait has been asked for. */
    boolean abandoned;
    /** Whether a value is lost if its answer is not read, or it is not carried out. */
    boolean precious;
    /** When it was last sent. */
    long sentAt;
    TimeSource.Alarm overdue = () -> {};
    /** Who deals with an answer that nobody waits for any more. */
    Consumer<Reply> orphan = reply -> {};

    Exchange(String tag, Request request) {
        this.tag = tag;
        this.request = request;
        this.precious = request instanceof Request.BlockingPop;
    }
}
