package io.dflockd.client.internal.session;

import io.dflockd.client.internal.Meter;
import io.dflockd.protocol.Limits;
import io.dflockd.protocol.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a {@link ServerSession} that have no answer yet: those that were written, by number, and those that were
 * not, in the order in which they will be. A request gets its number, the next of 1, 2, 3 …, when it is first written, so
 * that one that is withdrawn before leaves no gap. Guarded by the lock of the session.
 *
 * <p>The server takes numbers up to a window above the answers that it knows to be received. Only half of it may be
 * requests that wait, and some of it is kept for what keeps or ends a hold, so that these always find room.
 */
final class InFlight {
    /** One part in so many of the window is for renewals and releases only. */
    private static final int RESERVED_PART = 16;

    private final Meter meter;
    private final LinkedHashSet<Exchange> unwritten = new LinkedHashSet<>();
    private final LinkedHashMap<Long, Exchange> written = new LinkedHashMap<>();
    /** Those that were written and that the server answers at once. */
    private final LinkedHashSet<Exchange> prompt = new LinkedHashSet<>();
    /** Those that were written and that wait, in the order in which their time is over. {@code dueAt} must not change in here. */
    private final TreeSet<Exchange> waiting = new TreeSet<>(InFlight::byDue);
    private int window = Limits.WINDOW;
    private long lastNumber;
    private int waits;
    /** How many answers are being dealt with. */
    private final AtomicInteger settling = new AtomicInteger();

    InFlight(Meter meter) {
        this.meter = meter;
    }

    void setWindow(int window) {
        this.window = window;
    }

    int window() {
        return window;
    }

    /** Whether one more request of this kind may be taken in. */
    boolean hasRoomFor(Request request) {
        if (request instanceof Request.Cancel || request instanceof Request.Ping) {
            return true; // at most one for each wait, and one in all
        }
        if (request.waitMs() > 0 && waits >= window / 2) {
            return false;
        }
        boolean keepsOrEnds = request instanceof Request.Renew || request instanceof Request.Release;
        return unwritten.size() + written.size() < window - (keepsOrEnds ? 0 : window / RESERVED_PART);
    }

    void add(Exchange exchange) {
        unwritten.add(exchange);
        waits += exchange.waits() ? 1 : 0;
        meter.sent();
    }

    boolean contains(Exchange exchange) {
        return exchange.isWritten() ? written.get(exchange.number) == exchange : unwritten.contains(exchange);
    }

    /** Takes one back that was not written yet. */
    void withdraw(Exchange exchange) {
        if (unwritten.remove(exchange)) {
            left(exchange);
        }
    }

    /**
     * The next to be written, which gets its number; null where there is none or it would be too far above what was
     * received.
     */
    @Nullable
    Exchange next(long received, long now) {
        if (unwritten.isEmpty() || lastNumber - received >= window) {
            return null;
        }
        var next = unwritten.iterator().next();
        unwritten.remove(next);
        next.number = ++lastNumber;
        next.wrote(now);
        next.proves = true;
        written.put(next.number, next);
        owed(next);
        return next;
    }

    /** Takes out the one whose answer came, which is dealt with until {@link #settled}; null where there is none. */
    @Nullable
    Exchange answered(long number) {
        var exchange = written.remove(number);
        if (exchange != null) {
            if (exchange.waits()) {
                waiting.remove(exchange);
            } else {
                prompt.remove(exchange);
            }
            left(exchange);
            settling.incrementAndGet();
        }
        return exchange;
    }

    /** Needs no lock. */
    void settled() {
        settling.decrementAndGet();
    }

    /** Whether a server can have taken just the requests up to this number, when so many answers were received. */
    boolean isPossible(long seen, long received) {
        return seen <= lastNumber && seen >= received;
    }

    /**
     * The requests that a server does not have that has taken those up to {@code seen}, in order. All that were written
     * count as sent now: it is a new connection that owes the answers.
     */
    List<Exchange> writtenAbove(long seen, long now) {
        waiting.clear(); // because their order changes
        var again = new ArrayList<Exchange>();
        for (var exchange : written.values()) {
            if (exchange.number > seen) {
                exchange.wrote(now);
                again.add(exchange);
            } else {
                exchange.isOwedAnew(now);
            }
            exchange.proves = false;
            owed(exchange);
        }
        return again;
    }

    /** Whether a value could get lost if the session ended now. */
    boolean hasPrecious() {
        return settling.get() > 0 || all().anyMatch(exchange -> exchange.precious);
    }

    /** When the one was sent that has been waiting longest for an answer that the server gives at once; null for none. */
    @Nullable
    Long oldestPromptSentAt() {
        return prompt.isEmpty() ? null : Long.valueOf(prompt.iterator().next().sentAt);
    }

    /** When the first of those that wait is to be answered at the latest, which may be past; null for none. */
    @Nullable
    Long firstWaitDueAt() {
        return waiting.isEmpty() ? null : Long.valueOf(waiting.first().dueAt);
    }

    private void owed(Exchange exchange) {
        if (exchange.waits()) {
            waiting.add(exchange);
        } else {
            prompt.add(exchange);
        }
    }

    /** By differences, as the clock may wrap; two waits are never so far apart that these overflow. */
    private static int byDue(Exchange one, Exchange other) {
        int byTime = Long.compare(one.dueAt - other.dueAt, 0);
        return byTime == 0 ? Long.compare(one.number, other.number) : byTime;
    }

    /** The pops that wait for a value. */
    List<Exchange> waitingPops() {
        return all().filter(exchange -> exchange.request instanceof Request.BlockingPop).toList();
    }

    /**
     * Takes out all that were written, of which nobody will know what became of them, and begins with 1 again. What
     * cancels one of them goes too: its number will be another's.
     */
    List<Exchange> forgetWritten() {
        var forgotten = new ArrayList<>(written.values());
        written.clear();
        prompt.clear();
        waiting.clear();
        lastNumber = 0;
        takeOut(exchange -> exchange.request instanceof Request.Cancel, forgotten);
        forgotten.forEach(this::left);
        return forgotten;
    }

    /** Takes out all. */
    List<Exchange> takeAll() {
        var taken = forgetWritten();
        int before = taken.size();
        takeOut(exchange -> true, taken);
        taken.subList(before, taken.size()).forEach(this::left);
        return taken;
    }

    private void takeOut(Predicate<Exchange> which, List<Exchange> into) {
        var out = unwritten.stream().filter(which).toList();
        out.forEach(unwritten::remove);
        into.addAll(out);
    }

    private void left(Exchange exchange) {
        waits -= exchange.waits() ? 1 : 0;
        meter.settled(1);
    }

    private Stream<Exchange> all() {
        return Stream.concat(written.values().stream(), unwritten.stream());
    }
}
