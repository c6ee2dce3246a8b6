package io.dflockd.http.listener;

import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections that there are, of which there is a bound. Where there are as many as there may be, the one goes that has
 * asked for nothing for the longest time: whoever opens many must not keep others from asking whether the server is well.
 * Used by the listener's thread alone.
 */
final class Admissions {
    private final int most;
    private final ListenerCounters counters;
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
    boolean enter(HttpConnection connection) {
        if (open.size() >= most && !makeRoom()) {
            counters.refused.increment();
            return false;
        }
        open.add(connection);
        counters.accepted.increment();
        counters.open.set(open.size());
        return true;
    }

    private boolean makeRoom() {
        @Nullable HttpConnection idle = open.stream().filter(HttpConnection::isIdle).findFirst().orElse(null);
        if (idle == null) {
            return false;
        }
        counters.madeRoom.increment();
        left(idle);
        idle.close();
        return true;
    }

    void moved(HttpConnection connection) {
        if (open.remove(connection)) {
            open.add(connection);
        }
    }

    void left(HttpConnection connection) {
        open.remove(connection);
        counters.open.set(open.size());
    }

    List<HttpConnection> all() {
        return List.copyOf(open);
    }
}
