package io.dflockd.client.internal.link;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.ProtocolException;
import io.dflockd.client.error.TooManyRequestsException;
import io.dflockd.client.internal.Meter;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.Refusals;
import io.dflockd.client.internal.Threads;
import io.dflockd.client.internal.Words;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.PushCodec;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.ReplyCodec;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.RequestEncoder;
import io.dflockd.protocol.RequestNumber;
import io.dflockd.protocol.Status;
import io.dflockd.protocol.Tag;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
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
 * <p>Requests with tags go out beside the others; their answers, which are matched by the tag, go to the tag handler.
 */
public final class SocketLink implements Link {
    private static final Logger log = LoggerFactory.getLogger(Link.class);
    private static final AtomicLong COUNT = new AtomicLong();
    private static final int BUFFER_BYTES = 512;
    private static final int MAX_KEPT_BUFFER_BYTES = 64 * 1024;
    /** A server that closes an idle connection says {@code error} first; after this much silence we take it for that. */
    private static final long SILENCE_NANOS = 10_000_000_000L;
    private static final long FAREWELL_NANOS = 250_000_000L;

    /** Takes the answers to requests with tags, on the thread that reads; it must not block. */
    @FunctionalInterface
    public interface TagHandler {
        /** {@code cut} says that the line was longer than may be and lacks its end. */
        void answered(String tag, String line, boolean cut);
    }

    private final ServerAddress address;
    private final ConnectionOptions options;
    private final TimeSource time;
    private final Meter meter;
    private final SocketDial dial = new SocketDial();
    private final CompletableFuture<SocketLink> opened = new CompletableFuture<>();
    private final CompletableFuture<DflockdException> closed = new CompletableFuture<>();
    private final Deadlines deadlines;
    private volatile TagHandler tagHandler = (tag, line, cut) -> log.debug("nobody waits for tag {}", tag);
    private volatile Consumer<Push> pushHandler = push -> log.debug("nobody takes {}", push);

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private OctetBuffer outbound = new OctetBuffer(BUFFER_BYTES);
    private OctetBuffer spare = new OctetBuffer(BUFFER_BYTES);
    private boolean writing;
    private long lastActivity;
    private @Nullable Pending doubted;
    private @Nullable Socket socket;
    private volatile @Nullable LineReader reader;
    private @Nullable DflockdException failure;
    private Consumer<DflockdException> endHandler = why -> {};

    private SocketLink(ServerAddress address, ConnectionOptions options, TimeSource time, Meter meter) {
        this.address = address;
        this.options = options;
        this.time = time;
        this.meter = meter;
        this.deadlines = new Deadlines(time, this::overdue);
        this.lastActivity = time.nanoTime();
    }

    /** Begins to connect; {@link #opened} tells how that went. */
    public static SocketLink open(ServerAddress address, ConnectionOptions options, TimeSource time, Meter meter) {
        var link = new SocketLink(address, options, time, meter);
        var unused = Threads.start("dflockd-connection-" + COUNT.incrementAndGet() + "-" + address, link::run);
        return link;
    }

    /** Completes when connected, TLS handshake included, or with why that failed. */
    public CompletableFuture<SocketLink> opened() {
        return opened;
    }

    @Override
    public CompletableFuture<DflockdException> closed() {
        return closed;
    }

    /** True before any request is told that the link has ended, so that its next one goes elsewhere. */
    @Override
    public boolean isClosed() {
        lock.lock();
        try {
            return failure != null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isConnected() {
        return opened.isDone() && !isClosed();
    }

    @Override
    public ServerAddress address() {
        return address;
    }

    @Override
    public ConnectionOptions options() {
        return options;
    }

    @Override
    public TimeSource time() {
        return time;
    }

    @Override
    public void onPush(Consumer<Push> handler) {
        pushHandler = handler;
    }

    @Override
    public CompletableFuture<Reply> sendWithin(Request request, long replyNanos) {
        var exchange = new Pending(request, replyNanos);
        if (enqueue(exchange)) {
            Threads.io().execute(this::drain);
        }
        return exchange.reply;
    }

    @Override
    public CompletableFuture<Reply> sendHere(Request request, long waitNanos) {
        var exchange = new Pending(request, Nanos.plus(waitNanos, Nanos.of(options.responseTimeout())));
        if (enqueue(exchange)) {
            drain();
        }
        return exchange.reply;
    }

    /** Sets who is told of the end before all others; at once if it has come already. */
    public void onEnd(Consumer<DflockdException> handler) {
        DflockdException why;
        lock.lock();
        try {
            why = failure;
            endHandler = handler;
        } finally {
            lock.unlock();
        }
        if (why != null) {
            handler.accept(why);
        }
    }

    /** Sets who takes the answers to requests with tags. */
    public void onTag(TagHandler handler) {
        tagHandler = handler;
    }

    /**
     * Adds a request of a session to what is to be sent. The end of the link is told elsewhere. See {@link #flush}.
     *
     * @param received how many answers were received; {@link RequestNumber#NONE} to say nothing of them
     */
    public void enqueueNumbered(long number, long received, Request request) {
        lock.lock();
        try {
            if (failure == null) {
                lastActivity = time.nanoTime();
                RequestEncoder.encode(number, received, request, outbound);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Reads answers of this length, even if the options allow less. To be called once the link is open. */
    public void readLinesOf(int bytes) {
        var lines = reader;
        if (lines != null) {
            lines.raiseLimit(bytes);
        }
    }

    /** Adds word of the answers of a session that were received, which is not answered. See {@link #flush}. */
    public void enqueueReceipt(long received) {
        lock.lock();
        try {
            if (failure == null) {
                RequestEncoder.encode(new Request.Acknowledge(received), outbound);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sends, and makes something of the answer on the thread that reads, before it reads on. */
    public <T> CompletableFuture<T> sendThen(Request request, Function<Reply, T> next) {
        var exchange = new Pending(request, Nanos.of(options.responseTimeout()));
        var made = exchange.reply.thenApply(next); // before it is sent, so that the reader cannot come first
        if (enqueue(exchange)) {
            Threads.io().execute(this::drain);
        }
        return made;
    }

    /** Sends what is to be sent, on this thread or another, unless somebody does already. */
    public void flush(boolean here) {
        lock.lock();
        try {
            if (writing || outbound.isEmpty()) {
                return;
            }
            writing = true;
        } finally {
            lock.unlock();
        }
        if (here) {
            drain();
        } else {
            Threads.io().execute(this::drain);
        }
    }

    @Override
    public long idleNanos() {
        lock.lock();
        try {
            return pending.isEmpty() ? time.nanoTime() - lastActivity : 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        fail(new ConnectionLostException(address + ": closed by this client"), true);
    }

    @Override
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
            reader = lines;
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
                var tag = Tag.ofLine(line);
                if (!tag.isEmpty()) {
                    tagHandler.answered(tag, Tag.rest(line), lines.wasCut());
                } else if (PushCodec.isPush(line)) {
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
        Pending exchange;
        lock.lock();
        try {
            exchange = pending.poll();
            lastActivity = time.nanoTime();
            if (exchange == null) {
                return false;
            }
            meter.settled(1);
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
            exchange.reply.completeExceptionally(
                    Refusals.tooLong(exchange.request, address, options.maxResponseBytes()));
        } else {
            exchange.reply.complete(ReplyCodec.decode(exchange.request.verb(), line));
        }
        return true;
    }

    /** Ends the doubt about a bare {@code error}, if there is one: it was an answer, or it was a farewell. */
    private void settle(boolean answer) {
        Pending exchange;
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
    private boolean enqueue(Pending exchange) {
        DflockdException refusal;
        lock.lock();
        try {
            refusal = refusal(exchange);
            if (refusal == null) {
                long now = time.nanoTime();
                exchange.afterSilence = pending.isEmpty() && now - lastActivity > SILENCE_NANOS;
                lastActivity = now;
                pending.add(exchange);
                meter.sent();
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

    private @Nullable DflockdException refusal(Pending exchange) {
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
        meter.late();
        fail(new ConnectionLostException(address + ": " + what), false);
    }

    private void fail(DflockdException why, boolean polite) {
        List<Pending> abandoned;
        Consumer<DflockdException> first;
        lock.lock();
        try {
            if (failure != null) {
                return;
            }
            failure = why;
            first = endHandler;
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
        meter.settled(abandoned.size());
        first.accept(why);
        opened.completeExceptionally(why);
        settle(false);
        for (Pending exchange : abandoned) {
            exchange.reply.completeExceptionally(lost(exchange, Words.of(why), why));
        }
        closed.complete(why);
    }

    private ConnectionLostException lost(Pending exchange, String why, @Nullable Throwable cause) {
        return new ConnectionLostException(Words.about(exchange.request, address) + why, cause);
    }

    /** A request and the answer to come. */
    private static final class Pending {
        private final Request request;
        private final long replyNanos;
        private final CompletableFuture<Reply> reply = new CompletableFuture<>();
        private boolean afterSilence;

        private Pending(Request request, long replyNanos) {
            this.request = request;
            this.replyNanos = replyNanos;
        }
    }
}
