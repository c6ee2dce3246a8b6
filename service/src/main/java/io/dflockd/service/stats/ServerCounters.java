package io.dflockd.service.stats;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the server counts about its connections. Thread-safe. */
@SuppressWarnings("EnumOrdinal") // indexes that never leave this class
public final class ServerCounters {
    /** Why somebody was not let in. */
    public enum Refused {
        /** There are as many connections as there may be. */
        LIMIT,
        DRAINING,
        /** Too many failed logins came from there, or the peer has no business at that port. */
        RATE
    }

    /** Why a connection ended. */
    public enum Closed {
        /** Its peer ended it, or broke off. */
        PEER,
        /** The peer kept the server waiting for too long. */
        TIMEOUT,
        /** The peer did not read what it was sent, so that it took too much memory. */
        SLOW_CONSUMER,
        /** Another connection speaks for its session now, or another node leads. */
        SUPERSEDED,
        /** The peer did not show who it is. */
        AUTH,
        /** The server stops, or an operator ended it. */
        OPERATOR,
        /** The peer broke the protocol, or there is a bug. */
        ERROR
    }

    private static final long NANOS_PER_MS = 1_000_000;

    private final long startedAt = System.nanoTime();
    private final AtomicInteger openConnections = new AtomicInteger();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder[] refused = adders(Refused.values().length);
    private final LongAdder[] closed = adders(Closed.values().length);
    private final LongAdder authFailures = new LongAdder();
    private final LongAdder denied = new LongAdder();
    private final LongAdder slowConsumers = new LongAdder();
    private final LongAdder evicted = new LongAdder();

    private static LongAdder[] adders(int count) {
        var adders = new LongAdder[count];
        Arrays.setAll(adders, unused -> new LongAdder());
        return adders;
    }

    /** Counts a new connection unless there are as many as there may be; {@code most} is 0 for any number. */
    public boolean tryOpen(int most) {
        if (openConnections.incrementAndGet() > most && most > 0) {
            openConnections.decrementAndGet();
            refuse(Refused.LIMIT);
            return false;
        }
        accepted.increment();
        return true;
    }

    /** A connection that was let in has ended. */
    public void closed(Closed reason) {
        openConnections.decrementAndGet();
        closed[reason.ordinal()].increment();
    }

    /** A connection was not let in. */
    public void refuse(Refused reason) {
        refused[reason.ordinal()].increment();
    }

    public void authFailed() {
        authFailures.increment();
    }

    /** Somebody asked for what it may not do. */
    public void denied() {
        denied.increment();
    }

    public void slowConsumerClosed() {
        slowConsumers.increment();
    }

    /** A connection was ended because all together took too much memory. */
    public void evicted() {
        evicted.increment();
    }

    public int openConnections() {
        return openConnections.get();
    }

    public long accepted() {
        return accepted.sum();
    }

    public long refused() {
        return Arrays.stream(refused).mapToLong(LongAdder::sum).sum();
    }

    public long refused(Refused reason) {
        return refused[reason.ordinal()].sum();
    }

    public long closedFor(Closed reason) {
        return closed[reason.ordinal()].sum();
    }

    public long authFailures() {
        return authFailures.sum();
    }

    public long denials() {
        return denied.sum();
    }

    public long slowConsumers() {
        return slowConsumers.sum();
    }

    public long evictedConnections() {
        return evicted.sum();
    }

    public long uptimeMs() {
        return (System.nanoTime() - startedAt) / NANOS_PER_MS;
    }
}
