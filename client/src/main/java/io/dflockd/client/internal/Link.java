package io.dflockd.client.internal;

import io.dflockd.client.ConnectionFailedException;
import io.dflockd.client.ConnectionLostException;
import io.dflockd.client.ConnectionOptions;
import io.dflockd.client.DflockdException;
import io.dflockd.client.ProtocolException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.TooManyRequestsException;
import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.PushCodec;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.ReplyCodec;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.RequestEncoder;
import io.dflockd.protocol.Status;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a server. Requests are pipelined and answers are matched in order; lines that the server sends unasked
 * go to the push handler.
 *
 * <p>One daemon thread dials and then reads. It completes futures and calls the push handler, so what hangs on these must
 * not block; user code runs elsewhere. Whoever sends first writes for all that send meanwhile, so that requests leave
 * in batches and nobody waits for a thread.
 *
 * <p>An answer that is overdue, or a peer that takes no bytes, ends the link: answers carry no names, so after a gap
 * nobody could tell which answer is whose. A request's time begins when it is the next to be answered.
 *
 * <p>To come: requests with tags, whose answers are matched by the tag; {@code Exchange} is what will be looked up then.
 */
public final class Link {
    private static final Logger log = LoggerFactory.getLogger(Link.class);
    private static final AtomicLong COUNT = new AtomicLong();
    private static final int BUFFER_BYTES = 512;
    private static final int MAX_KEPT_BUFFER_BYTES = 64 * 1024;
    /** A server that closes an idle connection says {@code error} first; after this much silence we take it for that. */
    private static final long SILENCE_NANOS = 10_000_000_000L;
    private static final long FAREWELL_NANOS = 250_000_000L;

    private final ServerAddress address;
    private final ConnectionOptions options;
    private final TimeSource time;
    private final SocketDial dial = new SocketDial();
    private final CompletableFuture<Link> opened = new CompletableFuture<>();
    private final CompletableFuture<DflockdException> closed = new CompletableFuture<>();
    private final Deadlines deadlines;
    private volatile Consumer<Push> pushHandler = push -> log.debug("nobody takes {}", push);

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Exchange> pending = new ArrayDeque<>();
    private OctetBuffer outbound = new OctetBuffer(BUFFER_BYTES);
    private OctetBuffer spare = new OctetBuffer(BUFFER_BYTES);
    private boolean writing;
    private long lastActivity;
    private @Nullable Exchange doubted;
    private @Nullable Socket socket;
    private @Nullable DflockdException failure;

    private Link(ServerAddress address, ConnectionOptions options, TimeSource time) {
        this.address = address;
        this.options = options;
        this.time = time;
        this.deadlines = new Deadlines(time, this::overdue);
        this.lastActivity = time.nanoTime();
    }

    /** Begins to connect; {@link #opened} tells how that went. */
    public static Link open(ServerAddress address, ConnectionOptions options, TimeSource time) {
        var link = new Link(address, options, time);
        var unused = Threads.start("dflockd-connection-" + COUNT.incrementAndGet() + "-" + address, link::run);
        return link;
    }

    /** Completes when connected, TLS handshake included, or with why that failed. */
    public CompletableFuture<Link> opened() {
        return opened;
    }

    /** Completes, never exceptionally, when the link has ended, with why. */
    public CompletableFuture<DflockdException> closed() {
        return closed;
    }

    /** True before any request is told that the link has ended, so that its next one goes elsewhere. */
    public boolean isClosed() {
        lock.lock();
        try {
            return failure != null;
        } finally {
            lock.unlock();
        }
    }

    public ServerAddress address() {
        return address;
    }

    public ConnectionOptions options() {
        return options;
    }

    public TimeSource time() {
        return time;
    }

    /** Sets who takes the pushes, in order, on the thread that reads; it must not block. */
    public void onPush(Consumer<Push> handler) {
        pushHandler = handler;
    }

    /** Sends without ever blocking. {@code waitNanos} is how long the command itself may wait at the server. */
    public CompletableFuture<Reply> send(Request request, long waitNanos) {
        return sendWithin(request, Nanos.plus(waitNanos, Nanos.of(options.responseTimeout())));
    }

    /** As {@link #send}, with the whole time until the answer is overdue. */
    public CompletableFuture<Reply> sendWithin(Request request, long replyNanos) {
        var exchange = new Exchange(request, replyNanos);
        if (enqueue(exchange)) {
            Threads.io().execute(this::drain);
        }
        return exchange.reply;
    }

    /** As {@link #send}, but may write on the calling thread, which saves a change of threads. */
    public CompletableFuture<Reply> sendHere(Request request, long waitNanos) {
        var exchange = new Exchange(request, Nanos.plus(waitNanos, Nanos.of(options.responseTimeout())));
        if (enqueue(exchange)) {
            drain();
        }
        return exchange.reply;
    }

    /** When something was last sent or answered; 0 nanoseconds ago while answers are outstanding. */
    long idleNanos() {
        lock.lock();
        try {
            return pending.isEmpty() ? time.nanoTime() - lastActivity : 0;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the link. Requests without an answer fail; the server releases what the connection held. */
    public void close() {
        fail(new ConnectionLostException(address + ": closed by this client"), true);
    }

    /** As {@link #close}, for a reason that the waiting requests are told. */
    public void abort(DflockdException why) {
        fail(why, false);
    }

    private void run() {
        var alarm = time.after(Nanos.of(options.connectTimeout()), () -> fail(new ConnectionFailedException(
                address + ": not connected within " + Words.of(options.connectTimeout())), false));
        LineReader lines;
        try {
            var connected = dial.open(address, options.tls());
            lines = new LineReader(connected.getInputStream(), options.maxResponseBytes());
            lock.lock();
            try {
                socket = connected;
                lastActivity = time.nanoTime();
            } finally {
                lock.unlock();
            }
        } catch (IOException | RuntimeException e) {
            alarm.cancel();
            fail(new ConnectionFailedException(address + ": cannot connect: " + Words.of(e), e), false);
            return;
        }
        alarm.cancel();
        opened.complete(this);
        read(lines);
    }

    private void read(LineReader lines) {
        var lastWords = "";
        try {
            for (var line = lines.next(); line != null; line = lines.next()) {
                settle(true);
                if (PushCodec.isPush(line)) {
                    push(line);
                } else if (!answer(line, lines.wasCut())) {
                    lastWords = " after '" + Words.cut(line) + "'";
                    refuseUnasked(line);
                }
            }
            fail(new ConnectionLostException(address + ": closed by the server" + lastWords), false);
        } catch (IOException e) {
            fail(new ConnectionLostException(address + ": connection broken: " + Words.of(e), e), false);
        } catch (RuntimeException e) {
            log.error("{}: the reader failed", address, e);
            fail(new ConnectionLostException(address + ": the reader failed: " + e, e), false);
        }
    }

    private void push(String line) {
        var push = PushCodec.decode(line);
        if (push == null) {
            log.debug("{}: dropped a malformed push", address);
        } else {
            pushHandler.accept(push);
        }
    }

    /** An error word that nobody asked for announces the end, which the server then brings about; all else is nonsense. */
    private void refuseUnasked(String line) {
        if (!line.startsWith(Status.ERROR.word())) {
            fail(new ProtocolException(address + ": sent '" + Words.cut(line) + "' unasked"), false);
        }
    }

    /** Hands the line to the request that waits for it; false if there is none. */
    private boolean answer(String line, boolean cut) {
        Exchange exchange;
        lock.lock();
        try {
            exchange = pending.poll();
            lastActivity = time.nanoTime();
            if (exchange == null) {
                return false;
            }
            armForHead();
            if (exchange.afterSilence && line.equals(Status.ERROR.word())) {
                // Perhaps the farewell of a server that closes us as idle. The end of the stream will show.
                doubted = exchange;
                var unused = time.after(FAREWELL_NANOS, () -> settle(true));
                return true;
            }
        } finally {
            lock.unlock();
        }
        if (cut) {
            exchange.reply.completeExceptionally(new ProtocolException(Words.about(exchange.request, address)
                    + "the answer is longer than " + options.maxResponseBytes() + " bytes"));
        } else {
            exchange.reply.complete(ReplyCodec.decode(exchange.request.verb(), line));
        }
        return true;
    }

    /** Ends the doubt about a bare {@code error}, if there is one: it was an answer, or it was a farewell. */
    private void settle(boolean answer) {
        Exchange exchange;
        lock.lock();
        try {
            exchange = doubted;
            doubted = null;
        } finally {
            lock.unlock();
        }
        if (exchange != null && answer) {
            exchange.reply.complete(new Reply.Word(Status.ERROR));
        } else if (exchange != null) {
            exchange.reply.completeExceptionally(lost(exchange, "closed by the server as idle", null));
        }
    }

    /** Takes the request in; true if the caller must see to it that {@link #drain} runs. */
    private boolean enqueue(Exchange exchange) {
        DflockdException refusal;
        lock.lock();
        try {
            refusal = refusal(exchange);
            if (refusal == null) {
                long now = time.nanoTime();
                exchange.afterSilence = pending.isEmpty() && now - lastActivity > SILENCE_NANOS;
                lastActivity = now;
                pending.add(exchange);
                RequestEncoder.encode(exchange.request, outbound);
                if (pending.size() == 1) {
                    armForHead();
                }
                boolean first = !writing;
                writing = true;
                return first;
            }
        } finally {
            lock.unlock();
        }
        exchange.reply.completeExceptionally(refusal);
        return false;
    }

    private @Nullable DflockdException refusal(Exchange exchange) {
        if (failure != null) {
            return lost(exchange, Words.of(failure), failure);
        }
        if (pending.size() >= options.maxPendingRequests()) {
            return new TooManyRequestsException(Words.about(exchange.request, address) + pending.size()
                    + " requests already wait for their answers on this connection");
        }
        return null;
    }

    /** Writes until nothing is left. Only one thread is here at a time. */
    private void drain() {
        while (true) {
            OctetBuffer batch;
            Socket to;
            lock.lock();
            try {
                deadlines.wrote();
                to = socket;
                if (outbound.isEmpty() || failure != null || to == null) {
                    writing = false;
                    return;
                }
                batch = outbound;
                outbound = spare;
                deadlines.writing(time.nanoTime() + Nanos.of(options.writeTimeout()));
            } finally {
                lock.unlock();
            }
            try {
                to.getOutputStream().write(batch.array(), 0, batch.length());
            } catch (IOException e) {
                fail(new ConnectionLostException(address + ": cannot write: " + Words.of(e), e), false);
                return;
            }
            batch.clear();
            spare = batch.array().length > MAX_KEPT_BUFFER_BYTES ? new OctetBuffer(BUFFER_BYTES) : batch;
        }
    }

    private void armForHead() {
        var head = pending.peek();
        if (head == null) {
            deadlines.answered();
        } else {
            deadlines.answering(time.nanoTime() + head.replyNanos);
        }
    }

    private void overdue(String what) {
        fail(new ConnectionLostException(address + ": " + what), false);
    }

    private void fail(DflockdException why, boolean polite) {
        List<Exchange> abandoned;
        lock.lock();
        try {
            if (failure != null) {
                return;
            }
            failure = why;
            abandoned = new ArrayList<>(pending);
            pending.clear();
            deadlines.stop();
        } finally {
            lock.unlock();
        }
        if (polite) {
            dial.close(time);
        } else {
            dial.abort();
        }
        opened.completeExceptionally(why);
        settle(false);
        for (Exchange exchange : abandoned) {
            exchange.reply.completeExceptionally(lost(exchange, Words.of(why), why));
        }
        closed.complete(why);
    }

    private ConnectionLostException lost(Exchange exchange, String why, @Nullable Throwable cause) {
        return new ConnectionLostException(Words.about(exchange.request, address) + why, cause);
    }

    /** A request and the answer to come. */
    private static final class Exchange {
        private final Request request;
        private final long replyNanos;
        private final CompletableFuture<Reply> reply = new CompletableFuture<>();
        private boolean afterSilence;

        private Exchange(Request request, long replyNanos) {
            this.request = request;
            this.replyNanos = replyNanos;
        }
    }
}
