package io.dflockd.client.internal.link;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.TooManyRequestsException;
import io.dflockd.client.internal.Meter;
import io.dflockd.client.internal.Refusals;
import io.dflockd.client.internal.Words;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.ReplyCodec;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.RequestEncoder;
import io.dflockd.protocol.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a socket that are answered in the order of writing. Their answers carry no names, so after one that is
 * overdue nobody could tell which is whose: it ends the socket. A request's time begins when it is the next to be answered.
 */
final class OrderedRequests {
    /** A server that closes an idle connection says {@code error} first; after this much silence we take it for that. */
    private static final long SILENCE_NANOS = 10_000_000_000L;
    private static final long FAREWELL_NANOS = 250_000_000L;

    private final ServerAddress address;
    private final ConnectionOptions options;
    private final TimeSource time;
    private final Meter meter;
    private final LineSocket socket;
    private final Deadline answering;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private volatile long lastActivity;
    private @Nullable Pending doubted;
    private @Nullable DflockdException failure;

    OrderedRequests(ServerAddress address, ConnectionOptions options, TimeSource time, Meter meter,
            LineSocket socket) {
        this.address = address;
        this.options = options;
        this.time = time;
        this.meter = meter;
        this.socket = socket;
        this.answering = new Deadline(time, this::overdue);
        this.lastActivity = time.nanoTime();
    }

    /** A request and the answer to come. */
    static final class Pending {
        private final Request request;
        private final long replyNanos;
        final CompletableFuture<Reply> reply = new CompletableFuture<>();
        private boolean afterSilence;
        private long end;

        Pending(Request request, long replyNanos) {
            this.request = request;
            this.replyNanos = replyNanos;
        }
    }

    /** Sends, on this thread or another. */
    void send(Pending exchange, boolean here) {
        DflockdException refusal;
        lock.lock(); // held while it is added to what is written, so that the order is the same in both places
        try {
            refusal = refusal(exchange);
            if (refusal == null) {
                long now = time.nanoTime();
                exchange.afterSilence = pending.isEmpty() && now - lastActivity > SILENCE_NANOS;
                lastActivity = now;
                pending.add(exchange);
                meter.sent();
                if (pending.size() == 1) {
                    armForHead();
                }
                exchange.end = socket.add(lines -> RequestEncoder.encode(exchange.request, lines));
            }
        } finally {
            lock.unlock();
        }
        if (refusal != null) {
            exchange.reply.completeExceptionally(refusal);
        } else {
            socket.flush(here);
        }
    }

    /** Something else was sent, or the socket is there. */
    void active() {
        lastActivity = time.nanoTime();
    }

    /** For how long nothing has been sent or answered; 0 while answers are outstanding. */
    long idleNanos() {
        lock.lock();
        try {
            return pending.isEmpty() ? time.nanoTime() - lastActivity : 0;
        } finally {
            lock.unlock();
        }
    }

    /** Hands the line to the request that waits for it, and returns that; null if there is none. {@code limit} is of lines. */
    @Nullable
    Request answer(String line, boolean cut, int limit) {
        Pending exchange;
        lock.lock();
        try {
            exchange = pending.poll();
            lastActivity = time.nanoTime();
            if (exchange == null) {
                return null;
            }
            socket.taken(exchange.end);
            meter.settled(1);
            armForHead();
            if (exchange.afterSilence && line.equals(Status.ERROR.word())) {
                // Perhaps the farewell of a server that closes us as idle. The end of the stream will show.
                doubted = exchange;
                var unused = time.after(FAREWELL_NANOS, this::settle);
                return exchange.request;
            }
        } finally {
            lock.unlock();
        }
        if (cut) {
            exchange.reply.completeExceptionally(Refusals.tooLong(exchange.request, address, limit));
        } else {
            exchange.reply.complete(ReplyCodec.decode(exchange.request.verb(), line));
        }
        return exchange.request;
    }

    /** Ends the doubt about a bare {@code error}, if there is one: something came after it, so it was an answer. */
    void settle() {
        var exchange = takeDoubted();
        if (exchange != null) {
            exchange.reply.complete(new Reply.Word(Status.ERROR));
        }
    }

    /** Nothing more is answered. */
    void end(DflockdException why) {
        List<Pending> abandoned;
        lock.lock();
        try {
            failure = why;
            abandoned = new ArrayList<>(pending);
            pending.clear();
        } finally {
            lock.unlock();
        }
        answering.stop();
        meter.settled(abandoned.size());
        var farewell = takeDoubted();
        if (farewell != null) {
            farewell.reply.completeExceptionally(new ConnectionLostException(
                    Words.about(farewell.request, address) + "closed by the server as idle"));
        }
        for (Pending exchange : abandoned) {
            exchange.reply.completeExceptionally(Refusals.ended(exchange.request, address, why));
        }
    }

    private @Nullable Pending takeDoubted() {
        lock.lock();
        try {
            var taken = doubted;
            doubted = null;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable DflockdException refusal(Pending exchange) {
        if (failure != null) {
            return Refusals.ended(exchange.request, address, failure);
        }
        if (pending.size() >= options.maxPendingRequests()) {
            return new TooManyRequestsException(Words.about(exchange.request, address) + pending.size()
                    + " requests already wait for their answers on this connection");
        }
        return null;
    }

    private void armForHead() {
        var head = pending.peek();
        if (head == null) {
            answering.met();
        } else {
            answering.set(time.nanoTime() + head.replyNanos);
        }
    }

    private void overdue() {
        meter.late();
        socket.fail(new ConnectionLostException(
                address + ": the answer is overdue, so the connection was closed"), false);
    }
}
