package io.dflockd.client.internal.link;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.ProtocolException;
import io.dflockd.client.internal.Log;
import io.dflockd.client.internal.Meter;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.ServerHello;
import io.dflockd.client.internal.Words;
import io.dflockd.client.internal.link.OrderedRequests.Pending;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.PushCodec;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.ReplyCodec;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.RequestEncoder;
import io.dflockd.protocol.RequestNumber;
import io.dflockd.protocol.Status;
import io.dflockd.protocol.Tag;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a server: a {@link LineSocket}, and what its lines are. Those with a tag are answers to requests of a
 * session, which the tag handler matches; those that the server sends unasked go to the push handler; all others are
 * answers in the order of the {@link OrderedRequests}.
 *
 * <p>The thread that reads completes futures and calls the handlers, so what hangs on these must not block; user code runs
 * elsewhere.
 */
public final class SocketLink implements Link {
    private static final Log log = Log.of(Link.class);

    /** Takes the answers to requests with tags, on the thread that reads; it must not block. */
    @FunctionalInterface
    public interface TagHandler {
        /** {@code cut} says that the line was longer than may be and lacks its end. */
        void answered(String tag, String line, boolean cut);
    }

    private final ServerAddress address;
    private final ConnectionOptions options;
    private final TimeSource time;
    private final LineSocket socket;
    private final OrderedRequests requests;
    private final CompletableFuture<SocketLink> opened = new CompletableFuture<>();
    private final CompletableFuture<DflockdException> closed = new CompletableFuture<>();
    private volatile TagHandler tagHandler = (tag, line, cut) -> log.debug("nobody waits for tag {}", tag);
    private volatile Consumer<Push> pushHandler = push -> log.debug("nobody takes {}", push);

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable DflockdException end;
    private volatile @Nullable LineReader reader;
    private Consumer<DflockdException> endHandler = why -> {};

    private SocketLink(ServerAddress address, ConnectionOptions options, TimeSource time, Meter meter) {
        this.address = address;
        this.options = options;
        this.time = time;
        this.socket = new LineSocket(address, options, time, new Lines());
        this.requests = new OrderedRequests(address, options, time, meter, socket);
    }

    /** Begins to connect; {@link #opened} tells how that went. */
    public static SocketLink open(ServerAddress address, ConnectionOptions options, TimeSource time, Meter meter) {
        var link = new SocketLink(address, options, time, meter);
        link.socket.start();
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
        return socket.failure() != null;
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
        requests.send(exchange, false);
        return exchange.reply;
    }

    @Override
    public CompletableFuture<Reply> sendHere(Request request, long waitNanos) {
        var exchange = new Pending(request, Nanos.plus(waitNanos, Nanos.of(options.responseTimeout())));
        requests.send(exchange, true);
        return exchange.reply;
    }

    /** Sends, and makes something of the answer on the thread that reads, before it reads on. */
    public <T> CompletableFuture<T> sendThen(Request request, Function<Reply, T> next) {
        var exchange = new Pending(request, Nanos.of(options.responseTimeout()));
        var made = exchange.reply.thenApply(next); // before it is sent, so that the reader cannot come first
        requests.send(exchange, false);
        return made;
    }

    /** Sets who is told of the end before all others; at once if it has come already. */
    public void onEnd(Consumer<DflockdException> handler) {
        DflockdException why;
        lock.lock();
        try {
            why = end;
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
     * @return where it ends among all that is sent over this link, for {@link #taken}
     */
    public long enqueueNumbered(long number, long received, Request request) {
        requests.active();
        return socket.add(lines -> RequestEncoder.encode(number, received, request, lines));
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
        var unused = socket.add(lines -> RequestEncoder.encode(new Request.Acknowledge(received), lines));
    }

    /** What ends there was answered over this link. To be called by the thread that reads. */
    public void taken(long end) {
        socket.taken(end);
    }

    /** Sends what is to be sent, on this thread or another, unless somebody does already or will soon. */
    public void flush(boolean here) {
        socket.flush(here);
    }

    /** Sends what is to be sent, on this thread, unless somebody does already. To be called by the thread that reads. */
    public void flushNow() {
        socket.flushNow();
    }

    @Override
    public long idleNanos() {
        return requests.idleNanos();
    }

    @Override
    public void close() {
        socket.fail(new ConnectionLostException(address + ": closed by this client"), true);
    }

    @Override
    public void abort(DflockdException why) {
        socket.fail(why, false);
    }

    /** What becomes of the lines. Called by the thread that reads, but for the end. */
    private final class Lines implements LineSocket.User {
        @Override
        public void opened(LineReader lines) {
            reader = lines;
            requests.active();
            opened.complete(SocketLink.this);
        }

        @Override
        public void line(String line, boolean cut) {
            requests.settle();
            var tag = Tag.ofLine(line);
            if (!tag.isEmpty()) {
                tagHandler.answered(tag, Tag.rest(line), cut);
            } else if (PushCodec.isPush(line)) {
                push(line);
            } else {
                answer(line, cut);
            }
        }

        @Override
        public void ended(DflockdException why) {
            Consumer<DflockdException> first;
            lock.lock();
            try {
                end = why;
                first = endHandler;
            } finally {
                lock.unlock();
            }
            first.accept(why);
            opened.completeExceptionally(why);
            requests.end(why);
            closed.complete(why);
        }

        private void push(String line) {
            var push = PushCodec.decode(line);
            if (push == null) {
                log.debug("{}: dropped a malformed push", address);
            } else {
                pushHandler.accept(push);
            }
        }

        private void answer(String line, boolean cut) {
            var known = reader;
            int limit = known == null ? options.maxResponseBytes() : known.limit();
            var request = requests.answer(line, cut, limit);
            if (request == null) {
                refuseUnasked(line);
            } else if (request instanceof Request.Hello && known != null) {
                var hello = ServerHello.of(ReplyCodec.decode(request.verb(), line));
                known.raiseLimit(options.maxResponseBytesFrom(hello.maxAnswerBytes()));
            }
        }

        /** An error word that nobody asked for announces the end, which the server then brings about; all else is nonsense. */
        private void refuseUnasked(String line) {
            if (socket.firstWords().areTls()) {
                socket.fail(new ConnectionLostException(
                        address + ": closed" + socket.firstWords().likelyCause(false)), false);
                return;
            }
            socket.firstWords().heardUnasked(Words.cut(line));
            if (!line.startsWith(Status.ERROR.word())) {
                socket.fail(new ProtocolException(address + ": sent '" + Words.cut(line) + "' unasked"), false);
            }
        }
    }
}
