package io.dflockd.client.internal.session;

import io.dflockd.client.internal.link.SocketLink;
import io.dflockd.client.spi.TimeSource;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.RequestNumber;
import io.dflockd.protocol.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of the requests of a session and the count of their answers, and what of both is written to the present
 * connection, which is flushed by others. Guarded by the lock of the {@link Conversation}.
 */
final class Numbering {
    private final TimeSource time;
    private final SessionState state;
    private final InFlight inFlight;
    private final Receipts receipts;
    private final Pulse pulse;
    private volatile @Nullable SocketLink link;
    /** How many answers had been received when the present connection began. */
    private long receivedAtStart;

    Numbering(TimeSource time, SessionState state, InFlight inFlight, Receipts receipts, Pulse pulse) {
        this.time = time;
        this.state = state;
        this.inFlight = inFlight;
        this.receipts = receipts;
        this.pulse = pulse;
    }

    /** The connection that the session goes over; null while there is none. */
    @Nullable
    SocketLink present() {
        return state.isUp() ? link : null;
    }

    /** The connection that was last written to and has not broken; null for none. Needs no lock. */
    @Nullable
    SocketLink link() {
        return link;
    }

    long received() {
        return receipts.received();
    }

    void setWindow(int window) {
        inFlight.setWindow(window);
    }

    int window() {
        return inFlight.window();
    }

    boolean hasRoomFor(Request request) {
        return inFlight.hasRoomFor(request);
    }

    boolean has(Exchange exchange) {
        return inFlight.contains(exchange);
    }

    void add(Exchange exchange) {
        inFlight.add(exchange);
        write();
    }

    /** Nobody waits for this one; false where it is not there. */
    boolean forget(Exchange exchange) {
        boolean there = inFlight.contains(exchange);
        if (there) {
            inFlight.withdraw(exchange);
        }
        return there;
    }

    /** Writes what has not been written, as far as there is a connection and room. */
    private void write() {
        var over = present();
        if (over == null || over.isClosed()) {
            return; // what has no number yet can wait for the next connection, whatever becomes of the session
        }
        long now = time.nanoTime();
        for (var next = inFlight.next(receipts.received(), now); next != null; //
                next = inFlight.next(receipts.received(), now)) {
            if (next.number > receipts.told() + inFlight.window()) {
                over.enqueueReceipt(receipts.tell());
            }
            next.end = over.enqueueNumbered(next.number, receipts.isOwed() ? receipts.tell() : RequestNumber.NONE,
                    next.request);
            if (next.request.waitMs() == 0) {
                state.wrotePrompt(now);
            }
        }
        var unused = pulse.plan();
    }

    /** Tells the server of the answers that were received, if it does not know; true if that was written. */
    boolean tell() {
        var over = present();
        if (over == null || !receipts.isOwed()) {
            return false;
        }
        over.enqueueReceipt(receipts.tell());
        return true;
    }

    /** As {@link #tell}, when answers may have been received for some time. */
    boolean tellLate() {
        receipts.rang();
        return tell();
    }

    /** The request that this answer is for, which is dealt with until {@link #settled}; null where there is none. */
    @Nullable
    Exchange answered(long number) {
        var exchange = inFlight.answered(number);
        var over = link;
        if (exchange != null && over != null) {
            over.taken(exchange.end);
        }
        return exchange;
    }

    /**
     * Counts the answer, and what it proves. What is written of that leaves before the reader waits for more.
     *
     * @return whether it is to leave before anybody has the answer
     */
    boolean count(Exchange exchange, String line, boolean cut) {
        state.heard(time.nanoTime());
        if (exchange.proves) {
            state.proved(exchange.sentAt);
        }
        receipts.read(line.length());
        // A value is acknowledged before anybody has it: what nobody acknowledged goes back to its list.
        boolean first = cut || isPopped(exchange.request, line);
        if (first || receipts.isDue()) {
            var unused = tell();
        }
        write();
        return first;
    }

    private static boolean isPopped(Request request, String line) {
        boolean pops = request instanceof Request.Pop || request instanceof Request.BlockingPop;
        return pops && line.startsWith(Status.OK.word());
    }

    /** Needs no lock. */
    void settled() {
        inFlight.settled();
    }

    /** Whether the server can have taken just the requests up to this number. */
    boolean isPossible(long seen) {
        return inFlight.isPossible(seen, receipts.received());
    }

    /** Goes on over this connection with a server that has taken the requests up to this number. */
    void goOn(SocketLink fresh, long seen) {
        receivedAtStart = receipts.received();
        link = fresh;
        var unused = receipts.tell(); // 'session' said it
        inFlight.writtenAbove(seen, time.nanoTime())
                .forEach(exchange -> exchange.end = fresh.enqueueNumbered(exchange.number, RequestNumber.NONE,
                        exchange.request));
        write();
    }

    /** The connection is gone; true where answers came over it. */
    boolean leave() {
        link = null;
        return receipts.received() > receivedAtStart;
    }

    /** Begins with number 1 again. What was written is returned; what was not goes on. */
    List<Exchange> beginAnew() {
        receipts.beginAnew();
        return inFlight.forgetWritten();
    }

    /** Takes out all that has no answer. */
    List<Exchange> takeAll() {
        return inFlight.takeAll();
    }

    /** The pops that wait at the server. */
    List<Exchange> waitingPops() {
        return state.isUp() ? inFlight.waitingPops() : List.of();
    }

    /** Whether a value or a hold could get lost if the session ended now. */
    boolean hasPrecious() {
        return state.isUp() && inFlight.hasPrecious();
    }
}
