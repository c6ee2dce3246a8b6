package io.dflockd.client.internal;

import io.dflockd.client.ClientMetrics;
import io.dflockd.client.ConnectionListener;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.LossReason;
import io.dflockd.client.spi.ClientObserver;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a client does, and tells its listener of connections. Costs no more than an addition each. */
public final class Meter {
    private final ConnectionEvents events;
    private final Observers observers;
    private final LongAdder opened = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final LongAdder notOpened = new LongAdder();
    private final LongAdder resumed = new LongAdder();
    private final LongAdder sessionsLost = new LongAdder();
    private final LongAdder sent = new LongAdder();
    private final LongAdder settled = new LongAdder();
    private final LongAdder late = new LongAdder();
    private final LongAdder held = new LongAdder();
    private final LongAdder renewed = new LongAdder();
    private final LongAdder renewalsFailed = new LongAdder();
    private final Map<LossReason, LongAdder> lost = new EnumMap<>(LossReason.class);
    private final LongAdder granted = new LongAdder();
    private final LongAdder timedOut = new LongAdder();
    private final LongAdder notAcquired = new LongAdder();
    private final LongAdder waitNanos = new LongAdder();
    private final LongAccumulator longestWaitNanos = new LongAccumulator(Math::max, 0);
    private final LongAdder delivered = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    /** Counts, and tells nobody. */
    public Meter() {
        this(ConnectionListener.none(), Threads.callbacks(), List.of());
    }

    public Meter(ConnectionListener listener, Executor callbacks, List<ClientObserver> observers) {
        this.events = new ConnectionEvents(listener, callbacks);
        this.observers = new Observers(observers);
        for (var reason : LossReason.values()) {
            lost.put(reason, new LongAdder());
        }
    }

    /** Who sees attempts and holds one by one. */
    public Observers observers() {
        return observers;
    }

    public ClientMetrics snapshot() {
        var losses = new EnumMap<LossReason, Long>(LossReason.class);
        lost.forEach((reason, count) -> losses.put(reason, count.sum()));
        // What ends is read first, so that nothing is counted as ended that is not counted as begun.
        long endedNow = ended.sum();
        long settledNow = settled.sum();
        return new ClientMetrics(
                new ClientMetrics.Connections(opened.sum() - endedNow, opened.sum(), notOpened.sum(), resumed.sum(),
                        sessionsLost.sum()),
                new ClientMetrics.Requests(sent.sum(), sent.sum() - settledNow, late.sum()),
                new ClientMetrics.Leases(held.sum(), renewed.sum(), renewalsFailed.sum(), losses),
                new ClientMetrics.Acquisitions(granted.sum(), timedOut.sum(), notAcquired.sum(),
                        Duration.ofNanos(waitNanos.sum()), Duration.ofNanos(longestWaitNanos.get())),
                new ClientMetrics.Events(delivered.sum(), dropped.sum()));
    }

    public void connected(ServerAddress server) {
        opened.increment();
        events.tell(listener -> listener.connected(server));
    }

    public void disconnected(ServerAddress server, DflockdException cause) {
        ended.increment();
        events.tell(listener -> listener.disconnected(server, cause));
    }

    public void notConnected(ServerAddress server, DflockdException cause) {
        notOpened.increment();
        events.tell(listener -> listener.connectFailed(server, cause));
    }

    public void resumed(ServerAddress server, long awayNanos) {
        resumed.increment();
        events.tell(listener -> listener.resumed(server, Duration.ofNanos(awayNanos)));
    }

    public void sessionLost(ServerAddress server) {
        sessionsLost.increment();
        events.tell(listener -> listener.sessionLost(server));
    }

    public void sent() {
        sent.increment();
    }

    /** So many requests are in flight no more, answered or not. */
    public void settled(int requests) {
        settled.add(requests);
    }

    public void late() {
        late.increment();
    }

    public void holds() {
        held.increment();
    }

    public void holdsNoMore() {
        held.decrement();
    }

    public void renewed() {
        renewed.increment();
    }

    public void renewalFailed() {
        renewalsFailed.increment();
    }

    public void lost(LossReason reason) {
        Objects.requireNonNull(lost.get(reason)).increment();
    }

    public void granted(long afterNanos) {
        granted.increment();
        waitNanos.add(afterNanos);
        longestWaitNanos.accumulate(afterNanos);
    }

    public void notGranted() {
        timedOut.increment();
    }

    public void notAcquired() {
        notAcquired.increment();
    }

    /** Counts an event that a stream took or had no room for. */
    public void event(boolean taken) {
        (taken ? delivered : dropped).increment();
    }
}
