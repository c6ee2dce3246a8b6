package io.dflockd.client.internal.link;

import io.dflockd.client.internal.Nanos;
import io.dflockd.client.internal.Refusals;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Status;

/**
 * Sends a ping over a link that has been silent, so that the server does not close it as idle and a dead peer is noticed.
 * A server that knows no ping is asked for a counter that does not exist.
 */
public final class KeepAlive {
    private static final String NO_COUNTER = "_";

    private final Link link;
    private final long intervalNanos;
    private volatile boolean pingKnown = true;

    private KeepAlive(Link link) {
        this.link = link;
        this.intervalNanos = Nanos.of(link.options().keepAliveInterval());
    }

    /** Keeps the link alive until it ends. */
    public static void start(Link link) {
        new KeepAlive(link).schedule(0);
    }

    private void schedule(long idleNanos) {
        link.time().after(intervalNanos - idleNanos, this::check);
    }

    private void check() {
        if (link.isClosed()) {
            return;
        }
        long idle = link.idleNanos();
        if (idle < intervalNanos) {
            schedule(idle);
            return;
        }
        var unused = link.send(pingKnown ? new Request.Ping() : new Request.GetCounter(NO_COUNTER), 0)
                .whenComplete((reply, failure) -> {
                    if (failure == null && Refusals.is(reply, Status.ERROR)) {
                        pingKnown = false;
                    }
                    schedule(0);
                });
    }
}
