package io.dflockd.http.listener;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The connections that there are, of which there is a bound. Where there are as many as there may be, the one goes that has
 * asked for nothing for the longest time, or where all have asked for something, whose answer waits for its peer the
 * longest, or else one of those that have asked for more than one thing, behind the answer that it is being given: whoever
 * opens many must not keep others from asking whether the server is well. Thread-safe.
 */
final class Admissions {
    /** Of answers that peers have yet to take. One alone may be longer. */
    private static final long MOST_OWED_BYTES = 8L << 20;
    /** There is always room for so much, which is more than a probe or a problem says. */
    private static final int SMALL_BYTES = 4096;

    private final int most;
    private final ListenerCounters counters;
    private long owedBytes;
    /** Those first that have done nothing for the longest time. */
    private final LinkedHashSet<HttpConnection> open = new LinkedHashSet<>();

    Admissions(int most, ListenerCounters counters) {
        this.most = most;
        this.counters = counters;
    }

    ListenerCounters counters() {
        return counters;
    }

    /** Whether one more is let in. */
    synchronized boolean enter(HttpConnection connection) {
        if (open.size() >= most && !makeRoom()) {
            askForRoom();
            counters.refused.increment();
            return false;
        }
        open.add(connection);
        counters.accepted.increment();
        counters.open.incrementAndGet();
        return true;
    }

    private boolean makeRoom() {
        @Nullable HttpConnection least = first(HttpConnection::isIdle);
        if (least == null) {
            least = first(HttpConnection::isStalled);
        }
        if (least == null) {
            return false;
        }
        counters.madeRoom.increment();
        left(least);
        least.close();
        return true;
    }

    /** For the next one, of those too who ask for so much at once that they are never idle. */
    private void askForRoom() {
        for (var one : open) {
            if (one.askToYield()) {
                return;
            }
        }
    }

    private @Nullable HttpConnection first(Predicate<HttpConnection> which) {
        return open.stream().filter(which).findFirst().orElse(null);
    }

    synchronized void moved(HttpConnection connection) {
        if (open.remove(connection)) {
            open.add(connection);
        }
    }

    synchronized void left(HttpConnection connection) {
        if (open.remove(connection)) {
            counters.open.decrementAndGet();
        }
    }

    /** Whether memory should be spent on one more answer that may lie there for a while. */
    synchronized boolean hasRoomFor(int bytes) {
        return bytes <= SMALL_BYTES || owedBytes == 0 || owedBytes + bytes <= MOST_OWED_BYTES;
    }

    /** So much more, or less, has yet to be taken by peers. */
    synchronized void owe(int bytes) {
        owedBytes += bytes;
    }

    synchronized List<HttpConnection> all() {
        return List.copyOf(open);
    }
}
