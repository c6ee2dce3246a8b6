package io.dflockd.client.internal.session;

import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.ProtocolException;
import io.dflockd.client.error.TooManyRequestsException;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.ServerHello;
import io.dflockd.client.internal.Words;
import io.dflockd.client.internal.link.SocketLink;
import io.dflockd.client.internal.session.SessionState.Arrival;
import io.dflockd.client.internal.session.SessionState.Look;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.RequestNumber;
import io.dflockd.protocol.Status;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a session and their answers, over one connection at a time. Requests are numbered 1, 2, 3 … as they are
 * written, and answers are counted as they are read. While there is no connection, requests wait. When there is one again,
 * what is above the last number that the server has taken is written again; the other answers wait at the server, from the
 * first that was not counted on. So nothing is executed twice, and no answer is lost.
 *
 * <p>Nothing here blocks. Futures are completed, and the session is told, outside the lock.
 */
@SuppressWarnings("ReferenceEquality") // which link it is, not what it is like
final class Conversation {
    private final Dialer dialer;
    private final TimeSource time;
    private final Holders holders;
    private final Session session;
    private final ReentrantLock lock = new ReentrantLock();
    private final SessionState state;
    private final InFlight inFlight;
    private final Receipts receipts;
    private final Looks looks;
    private @Nullable SocketLink link;
    /** How many answers had been received when the present connection began. */
    private long receivedAtStart;

    /** Whose requests these are. */
    interface Session {
        /** Why there will be no answers any more, once there will be none. */
        DflockdException whyClosed();

        /** An answer came; {@code cut} says that it lacks its end, because it was too long. */
        void answered(Exchange exchange, String line, boolean cut);

        /** The server is to be asked for a sign of life, by a request with a number. */
        void ping();

        /** Fewer requests are under way than before. */
        void fewer();

        /** What the server says does not fit this session, so the next connection is to begin another. */
        void outOfStep();
    }

    Conversation(Dialer dialer, SessionState state, Holders holders, Session session) {
        this.dialer = dialer;
        this.time = dialer.time();
        this.state = state;
        this.holders = holders;
        this.session = session;
        this.inFlight = new InFlight(dialer.meter());
        this.receipts = new Receipts(time, this::receiptsLate);
        this.looks = new Looks(time, this::look);
    }

    void greeted(ServerHello hello) {
        lock.lock();
        try {
            inFlight.setWindow(hello.window());
            state.greeted(hello.keepsHolds());
        } finally {
            lock.unlock();
        }
    }

    long received() {
        lock.lock();
        try {
            return receipts.received();
        } finally {
            lock.unlock();
        }
    }

    /** Sends what was enqueued, if there is a connection; when there is one again, it goes out by itself. */
    void flush(boolean here) {
        SocketLink over;
        lock.lock();
        try {
            over = state.isUp() ? link : null;
        } finally {
            lock.unlock();
        }
        if (over != null) {
            over.flush(here);
        }
    }

    /** Takes a request in, which may stay behind until the next {@link #flush}; why not, where it does not. */
    @Nullable
    DflockdException take(Exchange exchange, Consumer<Exchange> first) {
        lock.lock();
        try {
            var refusal = refusal(exchange.request);
            if (refusal == null) {
                inFlight.add(exchange);
                first.accept(exchange);
                var unused = write();
            }
            return refusal;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable DflockdException refusal(Request request) {
        if (state.isClosed()) {
            return session.whyClosed();
        }
        return inFlight.hasRoomFor(request)
                ? null
                : new TooManyRequestsException(Words.about(request, dialer.address())
                        + "too many requests already wait for their answers on this session, which has room for "
                        + inFlight.window() + ", half of them such as wait at the server");
    }

    /** Writes what has not been written, as far as there is a connection and room. The lock is held. */
    private boolean write() {
        if (!state.isUp() || link == null || link.isClosed()) {
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
            if (next.request.waitMs() == 0) {
                state.wrotePrompt(now);
            }
            any = true;
        }
        planLook();
        return any;
    }

    /** An answer may have been read a second ago that the server does not know to be. */
    private void receiptsLate() {
        SocketLink told = null;
        lock.lock();
        try {
            receipts.rang();
            if (receipts.isOwed() && state.isUp() && link != null) {
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

    /** Takes a request back that has not left yet; false if it may have. */
    boolean withdraw(Exchange exchange) {
        lock.lock();
        try {
            boolean there = !exchange.isWritten() && inFlight.contains(exchange);
            if (there) {
                inFlight.withdraw(exchange);
            }
            return there;
        } finally {
            lock.unlock();
        }
    }

    /** Nobody waits for its answer any more; true where the server is to be told, and was not yet. */
    boolean abandon(Exchange exchange) {
        lock.lock();
        try {
            boolean told = exchange.abandoned || !exchange.isWritten() || !inFlight.contains(exchange);
            exchange.abandoned = true;
            exchange.precious |= exchange.request.givesSomething(); // which is to be given back when it comes
            return !told && exchange.request.waitMs() > 0;
        } finally {
            lock.unlock();
        }
    }

    /** The answer is late; false where it is not. The connection that owes it is not what it seems. */
    boolean isLate(Exchange exchange, DflockdException why) {
        SocketLink suspect;
        lock.lock();
        try {
            if (!inFlight.contains(exchange)) {
                return false;
            }
            suspect = exchange.isWritten() && state.isUp() ? link : null;
            inFlight.withdraw(exchange);
        } finally {
            lock.unlock();
        }
        exchange.reply.completeExceptionally(why);
        if (suspect != null) {
            suspect.abort(why);
        }
        return true;
    }

    /** The pops that wait at the server. */
    List<Exchange> waitingPops() {
        lock.lock();
        try {
            return state.isUp() ? inFlight.waitingPops() : List.of();
        } finally {
            lock.unlock();
        }
    }

    /** Counts the answer, and deals with it. What a former connection still has comes again over the present one. */
    void answered(SocketLink from, String tag, String line, boolean cut) {
        Exchange exchange;
        boolean wrote = false;
        lock.lock();
        try {
            if (!state.isUp() || link != from) {
                return;
            }
            exchange = inFlight.answered(RequestNumber.numberOf(tag));
            if (exchange != null) {
                if (exchange.proves) {
                    state.proved(exchange.sentAt);
                }
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
            session.outOfStep();
            from.abort(new ProtocolException(dialer.address() + ": answered '@" + Words.cut(tag)
                    + "', which has no request; nobody can tell which answers are missing"));
            return;
        }
        if (wrote) {
            from.flush(false);
        }
        session.answered(exchange, line, cut);
        lock.lock();
        try {
            inFlight.settled();
        } finally {
            lock.unlock();
        }
        session.fewer();
    }

    private static boolean isPopped(Request request, String line) {
        boolean pops = request instanceof Request.Pop || request instanceof Request.BlockingPop;
        return pops && line.startsWith(Status.OK.word());
    }

    /** What the answer to {@code session} means. */
    Arrival arrival(Reply.Session answer) {
        lock.lock();
        try {
            return state.arrival(answer, inFlight.isPossible(answer.seen(), receipts.received()));
        } finally {
            lock.unlock();
        }
    }

    boolean isKnown() {
        lock.lock();
        try {
            return state.isKnown();
        } finally {
            lock.unlock();
        }
    }

    /** How long an attempt to connect may take. */
    long attemptNanos() {
        lock.lock();
        try {
            return state.attemptNanos(time.nanoTime(), Nanos.of(dialer.options().connectTimeout()));
        } finally {
            lock.unlock();
        }
    }

    /** Goes on over this connection, unless the session is closed: then false. */
    boolean goOn(SocketLink fresh, Reply.Session answer, long askedAt) {
        lock.lock();
        try {
            long now = time.nanoTime();
            long away = state.awayNanos(now);
            if (!state.up(answer, askedAt)) {
                return false;
            }
            if (answer.resumed()) {
                dialer.meter().resumed(dialer.address(), away);
            }
            receivedAtStart = receipts.received();
            link = fresh;
            var unused = receipts.tell(); // 'session' said it
            inFlight.writtenAbove(answer.seen(), now)
                    .forEach(
                            exchange -> fresh.enqueueNumbered(exchange.number, RequestNumber.NONE, exchange.request));
            var ignored = write();
        } finally {
            lock.unlock();
        }
        fresh.flush(false);
        return true;
    }

    /** The connection broke. Says whether answers came over it; null where it was not the present one. */
    @Nullable
    Boolean broken(SocketLink former) {
        lock.lock();
        try {
            if (link != former || !state.down(time.nanoTime())) {
                return null;
            }
            link = null;
            return receipts.received() > receivedAtStart;
        } finally {
            lock.unlock();
        }
    }

    /** The server knows nothing of what was asked, which is returned. What was not written yet goes on. */
    List<Exchange> beginAnew() {
        lock.lock();
        try {
            var unused = state.lose();
            receipts.beginAnew();
            return inFlight.forgetWritten();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a value could get lost if the session ended now. */
    boolean hasPrecious() {
        lock.lock();
        try {
            return state.isUp() && inFlight.hasPrecious();
        } finally {
            lock.unlock();
        }
    }

    /** Acknowledges what was read and takes nothing more; the connection, if there is one, is the caller's to close. */
    @Nullable
    SocketLink close() {
        lock.lock();
        try {
            var last = state.isUp() ? link : null;
            if (last != null && receipts.isOwed()) {
                last.enqueueReceipt(receipts.tell());
            }
            var unused = state.close();
            return last;
        } finally {
            lock.unlock();
        }
    }

    /** Takes out all that has no answer. */
    List<Exchange> takeAll() {
        lock.lock();
        try {
            return inFlight.takeAll();
        } finally {
            lock.unlock();
        }
    }

    /** Sees to it that the connection is looked at in time: after something was written, or when somebody begins to rely on it. */
    void lookInTime() {
        lock.lock();
        try {
            planLook();
        } finally {
            lock.unlock();
        }
    }

    /** The lock is held. */
    private void planLook() {
        var next = state.look(time.nanoTime(), inFlight.oldestPromptSentAt(), !holders.isEmpty());
        if (next instanceof Look.LookAgain again) {
            looks.plan(again.afterNanos());
        } else if (!(next instanceof Look.Rest)) {
            looks.plan(0);
        }
    }

    private void look() {
        SocketLink silent;
        boolean ping;
        lock.lock();
        try {
            looks.rang();
            var next = state.look(time.nanoTime(), inFlight.oldestPromptSentAt(), !holders.isEmpty());
            silent = next instanceof Look.GiveUp ? link : null;
            ping = next instanceof Look.Ping;
            if (next instanceof Look.LookAgain again) {
                looks.plan(again.afterNanos());
            }
        } finally {
            lock.unlock();
        }
        if (silent != null) {
            silent.abort(new ConnectionLostException(dialer.address() + ": the server has been silent for too long"));
        } else if (ping) {
            session.ping();
        }
    }
}
