package io.dflockd.client.internal.session;

import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.ProtocolException;
import io.dflockd.client.error.TooManyRequestsException;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.Refusals;
import io.dflockd.client.internal.ServerHello;
import io.dflockd.client.internal.Words;
import io.dflockd.client.internal.link.KeepAlive;
import io.dflockd.client.internal.link.SocketLink;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.ReplyCodec;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.RequestNumber;
import io.dflockd.protocol.Status;
import io.dflockd.protocol.Verb;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session with a server, over one connection at a time, that carries any number of {@link Strand}s.
 *
 * <pre>
 * DOWN ── connected, the server says {@code new} or {@code resumed} ──► UP
 * UP ── the connection breaks ──► DOWN, and connects again
 * UP, DOWN ── close ──► CLOSED
 * </pre>
 *
 * <p>Requests are numbered 1, 2, 3 … as they are written, and answers are counted as they are read. While the session is
 * down, requests wait. After {@code resumed} the client writes again what is above the last number that the server has
 * taken; the other answers wait at the server, from the first that was not counted on. So nothing is executed twice, and
 * no answer is lost. After {@code new} the server knows nothing of what was: the strands end, and with them what was taken
 * over them.
 *
 * <p>Nothing here blocks. Futures are completed outside the lock.
 */
@SuppressWarnings("ReferenceEquality") // which link it is, not what it is like
final class ServerSession implements SessionDialer.Joining {
    private static final Logger log = LoggerFactory.getLogger(ServerSession.class);
    /** How long the end may wait for values that are being popped, so that none gets lost. */
    private static final long DRAIN_NANOS = 1_000_000_000L;
    private static final long PUT_BACK_NANOS = Nanos.ofSeconds(24 * 3600);

    private enum State {
        DOWN,
        UP,
        CLOSED
    }

    private final Dialer dialer;
    private final TimeSource time;
    private final ReentrantLock lock = new ReentrantLock();
    /** Why a strand ended whose user closed it. One for all: with a stack trace it would cost more than the release. */
    private final ConnectionLostException closedByUser;
    private final InFlight inFlight;
    private final Receipts receipts;
    private final Set<Strand> strands = new HashSet<>();
    private final Set<String> places = new HashSet<>();
    private final Subscriptions subscriptions;
    private State state = State.DOWN;
    private final SessionDialer connections;
    private final Silence silence;
    /** Whether the server has seen it. */
    private boolean known;
    /** How long it outlives its connection: as asked, or as the server granted. */
    private long graceSeconds;
    private long downSince;
    /** How many answers had been received when the present connection began. */
    private long receivedAtStart;
    private volatile boolean takesMs;
    /** Whether the present connection has told of events. */
    private volatile boolean hadEvents;
    private final CompletableFuture<DflockdException> ended = new CompletableFuture<>();
    private @Nullable SocketLink link;
    /** Completes when nothing precious is in flight; there while the session is being closed. */
    private @Nullable CompletableFuture<Boolean> drained;

    private ServerSession(Dialer dialer, Request.Hello hello, long graceSeconds) {
        this.dialer = dialer;
        this.time = dialer.time();
        this.graceSeconds = graceSeconds;
        this.closedByUser = new ConnectionLostException(dialer.address() + ": closed by this client");
        closedByUser.setStackTrace(new StackTraceElement[0]);
        this.connections = new SessionDialer(dialer, hello, graceSeconds, this);
        this.silence = new Silence(time, Silence.longest(dialer), this::checkSilence);
        this.inFlight = new InFlight(dialer.meter());
        this.receipts = new Receipts(time, this::receiptsLate);
        this.subscriptions = new Subscriptions(
                request -> send(request, Nanos.of(dialer.options().responseTimeout()), false).reply);
    }

    /**
     * Begins a session over a connection that is open already and whose server knows sessions; empty if it does not take
     * this one.
     */
    static CompletableFuture<Optional<ServerSession>> begin(Dialer dialer, SocketLink over, Request.Hello hello,
            ServerHello greeting, long graceSeconds) {
        var session = new ServerSession(dialer, hello, graceSeconds);
        session.greeted(greeting);
        return session.connections.join(over).thenApply(joined -> joined ? Optional.of(session) : Optional.empty());
    }

    /** Completes, never exceptionally, with why there can be no strand of it any more. */
    CompletableFuture<DflockdException> ended() {
        return ended;
    }

    Dialer dialer() {
        return dialer;
    }

    ConnectionLostException closedByUser() {
        return closedByUser;
    }

    boolean takesMs() {
        return takesMs;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    boolean isConnected() {
        lock.lock();
        try {
            return state == State.UP;
        } finally {
            lock.unlock();
        }
    }

    /** How many strands there are. */
    int strandCount() {
        lock.lock();
        try {
            return strands.size();
        } finally {
            lock.unlock();
        }
    }

    /** A new strand; an ended one when the session is closed. */
    Strand open() {
        var strand = new Strand(this);
        boolean closed;
        lock.lock();
        try {
            closed = state == State.CLOSED;
            if (!closed) {
                strands.add(strand);
            }
        } finally {
            lock.unlock();
        }
        if (closed) {
            strand.end(ended.getNow(closedClient()));
        }
        return strand;
    }

    /** Takes the one place in the queue of a key that a session can have by an enqueue; false when it is taken. */
    boolean claimPlace(String key) {
        lock.lock();
        try {
            return places.add(key);
        } finally {
            lock.unlock();
        }
    }

    void freePlace(String key) {
        lock.lock();
        try {
            places.remove(key);
        } finally {
            lock.unlock();
        }
    }

    void remove(Strand strand) {
        lock.lock();
        try {
            strands.remove(strand);
        } finally {
            lock.unlock();
        }
    }

    /** Sends now, or when there is a connection again. */
    Exchange send(Request request, long replyNanos, boolean here) {
        var exchange = enqueue(request, replyNanos);
        flush(here);
        return exchange;
    }

    /** Sends what was enqueued, if there is a connection; when there is one again, it goes out by itself. */
    void flush(boolean here) {
        SocketLink over;
        lock.lock();
        try {
            over = state == State.UP ? link : null;
        } finally {
            lock.unlock();
        }
        if (over != null) {
            over.flush(here);
        }
    }

    /** As {@link #send}, but the request may stay behind until the next {@link #flush}. */
    Exchange enqueue(Request request, long replyNanos) {
        return enqueue(request, replyNanos, false);
    }

    private Exchange enqueue(Request request, long replyNanos, boolean precious) {
        var exchange = new Exchange(request);
        exchange.precious |= precious;
        DflockdException refusal;
        lock.lock();
        try {
            refusal = refusal(request);
            if (refusal == null) {
                inFlight.add(exchange);
                exchange.overdue = time.after(replyNanos, () -> overdue(exchange));
                write();
            }
        } finally {
            lock.unlock();
        }
        if (refusal != null) {
            exchange.reply.completeExceptionally(refusal);
        }
        return exchange;
    }

    /** Writes what has not been written, as far as there is a connection and room. The lock is held. */
    private boolean write() {
        if (state != State.UP || link == null || link.isClosed()) {
            return false; // what has no number yet can wait for the next connection, whatever becomes of the session
        }
        boolean any = false;
        long now = time.nanoTime();
        for (var next = inFlight.next(receipts.received(), now); next != null; //
                next = inFlight.next(receipts.received(), now)) {
            if (next.number > receipts.told() + inFlight.window()) {
                link.enqueueReceipt(receipts.tell());
            }
            link.enqueueNumbered(next.number, receipts.isOwed() ? receipts.tell() : RequestNumber.NONE, next.request);
            any = true;
        }
        watchSilence(link);
        return any;
    }

    /** An answer may have been read a second ago that the server does not know to be. */
    private void receiptsLate() {
        SocketLink told = null;
        lock.lock();
        try {
            receipts.rang();
            if (receipts.isOwed() && state == State.UP && link != null) {
                told = link;
                told.enqueueReceipt(receipts.tell());
            }
        } finally {
            lock.unlock();
        }
        if (told != null) {
            told.flush(false);
        }
    }

    /**
     * Nobody waits for this answer any more. A wait at the server is ended; what is granted all the same goes to the
     * exchange's orphan handler.
     */
    void abandon(Exchange exchange) {
        boolean waits;
        long patience;
        lock.lock();
        try {
            waits = !exchange.abandoned && inFlight.contains(exchange) && !withdraw(exchange);
            exchange.abandoned = true;
            // While the session can be taken up again, so must be the end of this wait.
            patience = Nanos.plus(Nanos.ofSeconds(graceSeconds), Nanos.of(dialer.options().responseTimeout()));
        } finally {
            lock.unlock();
        }
        if (waits && exchange.request.waitMs() > 0) {
            var unused = send(new Request.Cancel(Long.toString(exchange.number)), patience, false);
        }
    }

    /** Takes a request back that has not left yet; false if it may have. */
    boolean withdraw(Exchange exchange) {
        lock.lock();
        try {
            if (exchange.isWritten() || !inFlight.contains(exchange)) {
                return false;
            }
            inFlight.withdraw(exchange);
        } finally {
            lock.unlock();
        }
        exchange.overdue.cancel();
        return true;
    }

    /** Puts back what this answer took from a list for nobody. */
    void putBack(Request request, Reply reply) {
        var push = PutBack.of(request, reply);
        if (push != null) {
            PutBack.send(push, dialer.address(), time, () -> {
                var exchange = enqueue(push, PUT_BACK_NANOS, true);
                flush(false);
                return exchange.reply;
            });
        }
    }

    /**
     * Ends the session at the server, and all that was taken over it. Pops that wait are ended first, so that a value that
     * is on its way goes back to its list.
     */
    CompletableFuture<?> close() {
        List<Exchange> pops;
        var empty = new CompletableFuture<Boolean>();
        lock.lock();
        try {
            drained = empty;
            pops = state == State.UP ? inFlight.waitingPops() : List.of();
        } finally {
            lock.unlock();
        }
        for (var pop : pops) {
            pop.reply.completeExceptionally(lost(pop, closedClient()));
            abandon(pop);
        }
        checkDrained();
        var alarm = time.after(DRAIN_NANOS, () -> empty.complete(false));
        return empty.thenCompose(done -> {
            alarm.cancel();
            return end();
        });
    }

    private void checkDrained() {
        CompletableFuture<Boolean> waiting;
        lock.lock();
        try {
            waiting = drained;
            if (waiting == null || (state == State.UP && inFlight.hasPrecious())) {
                return;
            }
        } finally {
            lock.unlock();
        }
        waiting.complete(true);
    }

    private CompletableFuture<?> end() {
        SocketLink last;
        List<Strand> all;
        lock.lock();
        try {
            last = state == State.UP ? link : null;
            if (last != null && receipts.isOwed()) {
                last.enqueueReceipt(receipts.tell());
            }
            state = State.CLOSED;
            connections.stop();
            all = takeStrands();
        } finally {
            lock.unlock();
        }
        ended.complete(closedClient());
        all.forEach(strand -> strand.end(closedClient()));
        failAll(closedClient());
        if (last == null) {
            return CompletableFuture.completedFuture(true);
        }
        return last.send(new Request.Bye(), 0).handle((reply, failure) -> {
            last.close();
            return true;
        });
    }

    private @Nullable DflockdException refusal(Request request) {
        if (state == State.CLOSED) {
            return ended.getNow(closedClient());
        }
        return inFlight.hasRoomFor(request)
                ? null
                : new TooManyRequestsException(Words.about(request, dialer.address())
                        + "too many requests already wait for their answers on this session, which has room for "
                        + inFlight.window() + ", half of them such as wait at the server");
    }

    /** An answer that is late means that the connection is not what it seems. The request itself has failed. */
    private void overdue(Exchange exchange) {
        SocketLink suspect;
        lock.lock();
        try {
            if (!inFlight.contains(exchange)) {
                return;
            }
            suspect = exchange.isWritten() && state == State.UP ? link : null;
            inFlight.withdraw(exchange);
        } finally {
            lock.unlock();
        }
        dialer.meter().late();
        var late = new ConnectionLostException(
                Words.about(exchange.request, dialer.address()) + "the answer is overdue");
        exchange.reply.completeExceptionally(late);
        if (suspect != null) {
            suspect.abort(late);
        }
        abandon(exchange);
    }

    /** Counts the answer, and deals with it. What a former connection still has comes again over the present one. */
    private void answered(SocketLink from, String tag, String line, boolean cut) {
        Exchange exchange;
        boolean wrote = false;
        lock.lock();
        try {
            if (state != State.UP || link != from) {
                return;
            }
            exchange = inFlight.answered(RequestNumber.numberOf(tag));
            if (exchange == null) {
                connections.takeAnotherName();
            } else {
                receipts.read(line.length());
                if (receipts.isDue() || cut || isPopped(exchange.request, line)) {
                    // A value is acknowledged before anybody has it: what nobody acknowledged goes back to its list.
                    from.enqueueReceipt(receipts.tell());
                    wrote = true;
                }
                wrote |= write();
            }
        } finally {
            lock.unlock();
        }
        if (exchange == null) {
            from.abort(new ProtocolException(dialer.address() + ": answered '@" + Words.cut(tag)
                    + "', which has no request; nobody can tell which answers are missing"));
            return;
        }
        if (wrote) {
            from.flush(false);
        }
        settle(exchange, line, cut);
        lock.lock();
        try {
            inFlight.settled();
        } finally {
            lock.unlock();
        }
        checkDrained();
    }

    private static boolean isPopped(Request request, String line) {
        boolean pops = request instanceof Request.Pop || request instanceof Request.BlockingPop;
        return pops && line.startsWith(Status.OK.word());
    }

    private void settle(Exchange exchange, String line, boolean cut) {
        exchange.overdue.cancel();
        var reply = ReplyCodec.decode(exchange.request.verb(), line);
        boolean taken = cut
                ? exchange.reply.completeExceptionally(
                        Refusals.tooLong(exchange.request, dialer.address(), dialer.options().maxResponseBytes()))
                : exchange.reply.complete(reply);
        if (!taken && !cut) {
            exchange.orphan.accept(reply);
        }
        if (reply instanceof Reply.Granted && exchange.request.verb() == Verb.ELECT) {
            subscriptions.elected(exchange.request.key());
        }
    }

    @Override
    public void prepare(SocketLink fresh) {
        fresh.onTag((tag, line, cut) -> answered(fresh, tag, line, cut));
        fresh.onPush(push -> {
            hadEvents = true;
            subscriptions.push(fresh, push);
        });
    }

    @Override
    public void greeted(ServerHello hello) {
        takesMs = hello.has("ms");
        lock.lock();
        try {
            inFlight.setWindow(hello.window());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long received() {
        lock.lock();
        try {
            return receipts.received();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean joined(SocketLink fresh, Reply.Session session) {
        boolean again;
        lock.lock();
        try {
            again = known;
            if (session.resumed() && !(known && inFlight.isPossible(session.seen(), receipts.received()))) {
                return false;
            }
        } finally {
            lock.unlock();
        }
        if (again && !session.resumed()) {
            loseAll();
        }
        if (session.resumed()) {
            subscriptions.resumed(fresh);
        } else {
            subscriptions.begun(fresh);
        }
        if (goOn(fresh, session)) {
            fresh.flush(false);
            KeepAlive.start(fresh);
        } else {
            fresh.close();
        }
        var unused = fresh.closed().thenAccept(why -> broken(fresh, why));
        return true;
    }

    /** False where the session was closed meanwhile. */
    private boolean goOn(SocketLink fresh, Reply.Session session) {
        lock.lock();
        try {
            if (state == State.CLOSED) {
                return false;
            }
            if (session.resumed()) {
                dialer.meter().resumed(dialer.address(), time.nanoTime() - downSince);
            }
            known = true;
            receivedAtStart = receipts.received();
            hadEvents = false;
            graceSeconds = session.graceSeconds();
            link = fresh;
            state = State.UP;
            var unused = receipts.tell(); // 'session' said it
            inFlight.writtenAbove(session.seen(), time.nanoTime())
                    .forEach(
                            exchange -> fresh.enqueueNumbered(exchange.number, RequestNumber.NONE, exchange.request));
            var ignored = write();
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void nameRefused() {
        boolean lost;
        lock.lock();
        try {
            lost = known;
        } finally {
            lock.unlock();
        }
        if (lost) {
            loseAll();
        }
    }

    @Override
    public void sessionsRefused() {
        var why = new ConnectionLostException(dialer.address() + ": the server does not take sessions any more");
        List<Strand> all;
        lock.lock();
        try {
            if (state == State.CLOSED) {
                return;
            }
            state = State.CLOSED;
            connections.stop();
            all = takeStrands();
        } finally {
            lock.unlock();
        }
        log.warn("{}: the server does not take sessions any more; each user gets a connection", dialer.address());
        ended.complete(why);
        all.forEach(strand -> strand.end(why));
        failAll(why);
    }

    /** The server knows nothing of what was taken, asked and subscribed to. What was not written yet goes on. */
    private void loseAll() {
        List<Strand> all;
        List<Exchange> forgotten;
        lock.lock();
        try {
            known = false;
            all = takeStrands();
            places.clear();
            forgotten = inFlight.forgetWritten();
            receipts.beginAnew();
        } finally {
            lock.unlock();
        }
        dialer.meter().sessionLost(dialer.address());
        subscriptions.lost(); // before the strands end, whose users then subscribe anew
        var why = new ConnectionLostException(
                dialer.address() + ": the server does not know the session any more: it was away for too long");
        log.warn("{}: the session is lost, with what {} users of it had", dialer.address(), all.size());
        all.forEach(strand -> strand.end(why));
        fail(forgotten, why);
    }

    private List<Strand> takeStrands() {
        var taken = new ArrayList<>(strands);
        strands.clear();
        return taken;
    }

    /** The lock is held. */
    private void watchSilence(@Nullable SocketLink over) {
        if (over != null) {
            silence.watch(inFlight.oldestPromptSentAt());
        }
    }

    private void checkSilence() {
        SocketLink silent = null;
        lock.lock();
        try {
            if (silence.isTooLong(inFlight.oldestPromptSentAt())) {
                silent = link;
            } else {
                watchSilence(link);
            }
        } finally {
            lock.unlock();
        }
        if (silent != null) {
            silent.abort(new ConnectionLostException(dialer.address() + ": the server has been silent for too long"));
        }
    }

    private void broken(SocketLink ended, DflockdException why) {
        boolean gotOn;
        lock.lock();
        try {
            if (state == State.CLOSED || link != ended) {
                return;
            }
            state = State.DOWN;
            downSince = time.nanoTime();
            link = null;
            gotOn = hadEvents || receipts.received() > receivedAtStart;
        } finally {
            lock.unlock();
        }
        log.info("{}: the connection ended, the session goes on over another: {}", dialer.address(), why.getMessage());
        connections.reconnect(gotOn);
    }

    private void failAll(DflockdException why) {
        List<Exchange> failed;
        lock.lock();
        try {
            failed = inFlight.takeAll();
        } finally {
            lock.unlock();
        }
        fail(failed, why);
    }

    private void fail(List<Exchange> failed, DflockdException why) {
        for (var exchange : failed) {
            exchange.overdue.cancel();
            exchange.reply.completeExceptionally(lost(exchange, why));
        }
    }

    private ConnectionLostException lost(Exchange exchange, DflockdException why) {
        return new ConnectionLostException(
                Words.about(exchange.request, dialer.address()) + Words.of(why), why);
    }

    private ConnectionFailedException closedClient() {
        return new ConnectionFailedException(dialer.address() + ": the client is closed");
    }
}
