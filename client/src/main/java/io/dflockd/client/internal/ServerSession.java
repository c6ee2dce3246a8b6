package io.dflockd.client.internal;

import io.dflockd.client.ConnectionFailedException;
import io.dflockd.client.ConnectionLostException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.TooManyRequestsException;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.ReplyCodec;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Verb;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
 * <p>While it is down, requests wait. After {@code resumed} all that have no answer are sent again, in their old order and
 * under their old tags; the server executes none of them twice. After {@code new} the server knows nothing of what was:
 * the strands end, and with them what was taken over them.
 *
 * <p>Nothing here blocks. Futures are completed outside the lock.
 */
@SuppressWarnings("ReferenceEquality") // which link it is, not what it is like
final class ServerSession {
    private static final Logger log = LoggerFactory.getLogger(ServerSession.class);
    /** How long the end may wait for values that are being popped, so that none gets lost. */
    private static final long DRAIN_NANOS = 1_000_000_000L;
    private static final long PUT_BACK_NANOS = Nanos.ofSeconds(24 * 3600);
    /** A prompt answer may take this part of the response time-out before the connection is taken for dead. */
    private static final int SILENT_PART = 4;
    private static final long MAX_SILENCE_NANOS = 2_500_000_000L;

    private enum State {
        DOWN,
        UP,
        CLOSED
    }

    private final Dialer dialer;
    private final TimeSource time;
    private final long graceSeconds;
    private final ReentrantLock lock = new ReentrantLock();
    /** Why a strand ended whose user closed it. One for all: with a stack trace it would cost more than the release. */
    private final ConnectionLostException closedByUser;
    private final InFlight inFlight;
    private final Set<Strand> strands = new HashSet<>();
    private final Set<String> places = new HashSet<>();
    private final Subscriptions subscriptions;
    private State state = State.DOWN;
    private final SessionDialer connections;
    private final Silence silence;
    /** Whether the server has seen it. */
    private boolean known;
    private long downSince;
    private @Nullable SocketLink link;
    /** Completes when nothing precious is in flight; there while the session is being closed. */
    private @Nullable CompletableFuture<Boolean> drained;

    private ServerSession(Dialer dialer, long graceSeconds) {
        this.dialer = dialer;
        this.time = dialer.time();
        this.graceSeconds = graceSeconds;
        this.closedByUser = new ConnectionLostException(dialer.address() + ": closed by this client");
        closedByUser.setStackTrace(new StackTraceElement[0]);
        this.connections = new SessionDialer(dialer, graceSeconds, this::prepare, this::joined);
        this.silence = new Silence(time, silenceNanos(dialer), this::checkSilence);
        this.inFlight = new InFlight(dialer.meter());
        this.subscriptions = new Subscriptions(
                request -> send(request, Nanos.of(dialer.options().responseTimeout()), false).reply);
    }

    /** Begins a session over a connection that is open already and whose server knows sessions. */
    static CompletableFuture<ServerSession> begin(Dialer dialer, SocketLink over, long graceSeconds) {
        var session = new ServerSession(dialer, graceSeconds);
        return session.connections.join(over).thenApply(done -> session);
    }

    Dialer dialer() {
        return dialer;
    }

    ConnectionLostException closedByUser() {
        return closedByUser;
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
            strand.end(closedClient());
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
        Exchange exchange;
        SocketLink over;
        DflockdException refusal;
        lock.lock();
        try {
            exchange = new Exchange(inFlight.nextTag(), request);
            exchange.precious |= precious;
            refusal = refusal(request);
            over = state == State.UP ? link : null;
            if (refusal == null) {
                exchange.sentAt = time.nanoTime();
                exchange.sent = over != null;
                inFlight.add(exchange);
                watchSilence(over);
                exchange.overdue = time.after(replyNanos, () -> overdue(exchange));
            }
            if (refusal == null && over != null) {
                // In the lock, so that requests leave in the order of their tags.
                over.enqueueTagged(exchange.tag, request);
            }
        } finally {
            lock.unlock();
        }
        if (refusal != null) {
            exchange.reply.completeExceptionally(refusal);
        }
        return exchange;
    }

    /**
     * Nobody waits for this answer any more. A wait at the server is ended; what is granted all the same goes to the
     * exchange's orphan handler.
     */
    void abandon(Exchange exchange) {
        boolean waits;
        lock.lock();
        try {
            waits = !exchange.abandoned && inFlight.contains(exchange) && !withdraw(exchange);
            exchange.abandoned = true;
        } finally {
            lock.unlock();
        }
        if (waits && exchange.request.waitMs() > 0) {
            // While the session can be taken up again, so must be the end of this wait.
            long patience = Nanos.plus(Nanos.ofSeconds(graceSeconds), Nanos.of(dialer.options().responseTimeout()));
            var unused = send(new Request.Cancel(exchange.tag), patience, false);
        }
    }

    /** Takes a request back that has not left yet; false if it may have. */
    boolean withdraw(Exchange exchange) {
        lock.lock();
        try {
            if (exchange.sent || !inFlight.contains(exchange)) {
                return false;
            }
            inFlight.remove(exchange);
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
            state = State.CLOSED;
            connections.stop();
            all = new ArrayList<>(strands);
            strands.clear();
        } finally {
            lock.unlock();
        }
        all.forEach(strand -> strand.end(closedClient()));
        failAll(closedClient(), false);
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
            return closedClient();
        }
        return inFlight.isFull()
                ? new TooManyRequestsException(Words.about(request, dialer.address()) + InFlight.MAX
                        + " requests already wait for their answers on this session")
                : null;
    }

    /** An answer that is late means that the connection is not what it seems. The request itself has failed. */
    private void overdue(Exchange exchange) {
        SocketLink suspect;
        lock.lock();
        try {
            if (!inFlight.contains(exchange)) {
                return;
            }
            suspect = exchange.sent && state == State.UP ? link : null;
            if (!exchange.sent) {
                inFlight.remove(exchange);
            }
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

    private void answered(String tag, String line, boolean cut) {
        Exchange exchange;
        lock.lock();
        try {
            exchange = inFlight.answered(tag);
        } finally {
            lock.unlock();
        }
        if (exchange == null) {
            log.debug("{}: an answer that nobody waits for", dialer.address());
            return;
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

    private void prepare(SocketLink over) {
        over.onTag(this::answered);
        over.onPush(push -> subscriptions.push(over, push));
    }

    /** Goes on over a fresh connection. */
    private void joined(SocketLink over, boolean resumed) {
        List<Strand> ended = List.of();
        boolean closed;
        boolean again;
        long away;
        lock.lock();
        try {
            closed = state == State.CLOSED;
            again = known;
            away = time.nanoTime() - downSince;
            if (!closed && known && !resumed) {
                ended = new ArrayList<>(strands);
                strands.clear();
                places.clear();
            }
            known |= !closed;
        } finally {
            lock.unlock();
        }
        if (closed) {
            over.close();
            return;
        }
        if (again && resumed) {
            dialer.meter().resumed(dialer.address(), away);
        } else if (again) {
            dialer.meter().sessionLost(dialer.address());
        }
        if (resumed) {
            subscriptions.resumed(over);
        } else {
            subscriptions.begun(over);
        }
        if (!ended.isEmpty()) {
            var why = new ConnectionLostException(
                    dialer.address() + ": the server does not know the session any more: it was away for too long");
            log.warn("{}: the session is lost, with what {} users of it had", dialer.address(), ended.size());
            ended.forEach(strand -> strand.end(why));
            failAll(why, true);
        }
        resend(over);
        KeepAlive.start(over);
        var unused = over.closed().thenAccept(why -> broken(over, why));
    }

    private void resend(SocketLink over) {
        lock.lock();
        try {
            if (state == State.CLOSED) {
                return;
            }
            link = over;
            state = State.UP;
            inFlight.enqueueAll(over, time.nanoTime());
            watchSilence(over);
        } finally {
            lock.unlock();
        }
        over.flush(false);
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

    private static long silenceNanos(Dialer dialer) {
        return Math.min(Nanos.of(dialer.options().responseTimeout()) / SILENT_PART, MAX_SILENCE_NANOS);
    }

    private void broken(SocketLink ended, DflockdException why) {
        lock.lock();
        try {
            if (state == State.CLOSED || link != ended) {
                return;
            }
            state = State.DOWN;
            downSince = time.nanoTime();
            link = null;
        } finally {
            lock.unlock();
        }
        log.info("{}: the connection ended, the session goes on over another: {}", dialer.address(), why.getMessage());
        connections.connect();
    }

    /** Fails the requests that are open: all, or those that may have reached the server that forgot them. */
    private void failAll(DflockdException why, boolean onlySent) {
        List<Exchange> failed;
        lock.lock();
        try {
            failed = inFlight.takeAll(onlySent);
        } finally {
            lock.unlock();
        }
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
