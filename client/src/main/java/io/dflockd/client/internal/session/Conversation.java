package io.dflockd.client.internal.session;

import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.ProtocolException;
import io.dflockd.client.error.TooManyRequestsException;
import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.ServerHello;
import io.dflockd.client.internal.SpinThenParkLock;
import io.dflockd.client.internal.Words;
import io.dflockd.client.internal.link.SocketLink;
import io.dflockd.client.internal.session.SessionState.Arrival;
import io.dflockd.client.internal.session.SessionState.Look;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.RequestNumber;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
    private final ConversationOwner owner;
    private final SpinThenParkLock lock = new SpinThenParkLock();
    private final SessionState state;
    private final Numbering numbering;
    private final Pulse pulse;

    Conversation(Dialer dialer, SessionState state, Holders holders, ConversationOwner owner) {
        this.dialer = dialer;
        this.time = dialer.time();
        this.state = state;
        this.owner = owner;
        var inFlight = new InFlight(dialer.meter());
        this.pulse = new Pulse(time, state, inFlight, holders, this::look);
        this.numbering = new Numbering(time, state, inFlight, new Receipts(time, this::receiptsLate), pulse);
    }

    void greeted(ServerHello hello) {
        lock.lock();
        try {
            numbering.setWindow(hello.window());
            state.greeted(hello.keepsHolds());
        } finally {
            lock.unlock();
        }
    }

    long received() {
        return locked(numbering::received);
    }

    /** Sends what was enqueued, if there is a connection; when there is one again, it goes out by itself. */
    void flush(boolean here) {
        @Nullable SocketLink over = numbering.link();
        if (over != null) {
            over.flush(here);
        }
    }

    /**
     * Takes a request in, which may stay behind until the next {@link #flush}; why not, where it does not. One that is about
     * another is taken only while that has no answer: its number may be another's later.
     */
    @Nullable
    DflockdException take(Exchange exchange, @Nullable Exchange about, Consumer<Exchange> first) {
        lock.lock();
        try {
            if (state.isClosed()) {
                return owner.whyClosed();
            }
            if (about != null && !numbering.has(about)) {
                return new ConnectionLostException(Words.about(exchange.request, dialer.address())
                        + "what it is about was answered, or lost with its session");
            }
            if (!numbering.hasRoomFor(exchange.request)) {
                return new TooManyRequestsException(Words.about(exchange.request, dialer.address())
                        + "too many requests already wait for their answers on this session, which has room for "
                        + numbering.window() + ", half of them such as wait at the server");
            }
            first.accept(exchange);
            numbering.add(exchange);
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** An answer may have been read a second ago that the server does not know to be. */
    private void receiptsLate() {
        if (locked(numbering::tellLate)) {
            flush(false);
        }
    }

    /** Takes a request back that has not left yet; false if it may have. */
    boolean withdraw(Exchange exchange) {
        return locked(() -> !exchange.isWritten() && numbering.forget(exchange));
    }

    /** Nobody waits for its answer any more; true where the server is to be told, and was not yet. */
    boolean abandon(Exchange exchange) {
        lock.lock();
        try {
            boolean told = exchange.abandoned || !exchange.isWritten() || !numbering.has(exchange);
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
            if (!numbering.forget(exchange)) {
                return false;
            }
            suspect = exchange.isWritten() ? numbering.present() : null;
        } finally {
            lock.unlock();
        }
        exchange.reply.completeExceptionally(why);
        if (suspect != null) {
            dialer.route().fails(suspect.address());
            suspect.abort(why);
        }
        return true;
    }

    /** The pops that wait at the server. */
    List<Exchange> waitingPops() {
        return locked(numbering::waitingPops);
    }

    /** Counts the answer, and deals with it. What a former connection still has comes again over the present one. */
    void answered(SocketLink from, String tag, String line, boolean cut) {
        Exchange exchange;
        boolean isToldFirst = false;
        lock.lock();
        try {
            if (from != numbering.present()) {
                return;
            }
            exchange = numbering.answered(RequestNumber.numberOf(tag));
            if (exchange != null) {
                isToldFirst = numbering.count(exchange, line, cut);
            }
        } finally {
            lock.unlock();
        }
        if (exchange == null) {
            owner.outOfStep();
            from.abort(new ProtocolException(dialer.address() + ": answered '@" + Words.cut(tag)
                    + "', which has no request; nobody can tell which answers are missing"));
            return;
        }
        if (isToldFirst) {
            from.flushNow();
        }
        owner.answered(exchange, line, cut);
        numbering.settled();
        owner.fewer();
    }

    /** What the answer to {@code session} means. */
    Arrival arrival(Reply.Session answer) {
        return locked(() -> state.arrival(answer, numbering.isPossible(answer.seen())));
    }

    boolean isKnown() {
        return locked(state::isKnown);
    }

    /** How long an attempt to connect may take. */
    long attemptNanos() {
        return locked(() -> state.attemptNanos(time.nanoTime(), Nanos.of(dialer.options().connectTimeout())));
    }

    long joinNanos() {
        return locked(state::joinNanos);
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
                dialer.meter().resumed(fresh.address(), away);
            }
            numbering.goOn(fresh, answer.seen());
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
            if (former != numbering.present() || !state.down(time.nanoTime())) {
                return null;
            }
            return numbering.leave();
        } finally {
            lock.unlock();
        }
    }

    /** The server knows nothing of what was asked, which is returned. What was not written yet goes on. */
    List<Exchange> beginAnew() {
        lock.lock();
        try {
            var unused = state.lose();
            return numbering.beginAnew();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a value could get lost if the session ended now. */
    boolean hasPrecious() {
        return locked(numbering::hasPrecious);
    }

    /** Acknowledges what was read and takes nothing more; the connection, if there is one, is the caller's to close. */
    @Nullable
    SocketLink close() {
        lock.lock();
        try {
            var last = numbering.present();
            numbering.tell();
            var unused = state.close();
            return last;
        } finally {
            lock.unlock();
        }
    }

    /** Takes out all that has no answer. */
    List<Exchange> takeAll() {
        return locked(numbering::takeAll);
    }

    /** Somebody begins to rely on the session, or on its connection. */
    void lookInTime() {
        var unused = locked(pulse::plan);
    }

    private void look() {
        SocketLink silent;
        Look next;
        lock.lock();
        try {
            next = pulse.look();
            silent = next instanceof Look.GiveUp ? numbering.present() : null;
            if (silent != null) {
                state.gaveUp();
            }
        } finally {
            lock.unlock();
        }
        if (silent != null) {
            dialer.route().fails(silent.address());
            silent.abort(new ConnectionLostException(dialer.address() + ": the server has been silent for too long"));
        } else if (next instanceof Look.Ping) {
            owner.ping();
        }
    }

    private <T> T locked(Supplier<T> question) {
        lock.lock();
        try {
            return question.get();
        } finally {
            lock.unlock();
        }
    }
}
