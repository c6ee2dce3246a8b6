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

    /** Of which of its own limits an identity asked for more. */
    public enum OfIdentity {
        CONNECTIONS,
        REQUESTS
    }

    /** How somebody failed to show who it is. */
    public enum AuthFailure {
        /** By a token that nobody has. */
        TOKEN,
        /** It asked for something before it had shown anything. */
        MISSING,
        /** It said nothing in time. */
        TIMEOUT,
        /** Its token is not that of whom its certificate names. */
        CERTIFICATE,
        /** By a token that nobody has, at the port of operators. */
        ADMIN
    }

    /** What somebody may not do: the rights, and the commands that change a cluster. */
    public enum Denied {
        HOLD,
        READ,
        WRITE,
        WATCH,
        LISTEN,
        SEND,
        STATS,
        OBSERVE,
        RELEASE,
        SESSIONS,
        DRAIN,
        RELOAD,
        BACKUP,
        CLUSTER
    }

    /** What can be read again without a restart. */
    public enum Reloaded {
        IDENTITIES,
        CERTIFICATE
    }

    private static final long NANOS_PER_MS = 1_000_000;

    private final long startedAt = System.nanoTime();
    private final AtomicInteger openConnections = new AtomicInteger();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder[] refused = adders(Refused.values().length);
    private final LongAdder[] refusedToIdentity = adders(OfIdentity.values().length);
    private final LongAdder[] closed = adders(Closed.values().length);
    private final LongAdder[] authFailures = adders(AuthFailure.values().length);
    private final LongAdder[] denied = adders(Denied.values().length);
    private final LongAdder[] reloaded = adders(Reloaded.values().length);
    private final LongAdder[] notReloaded = adders(Reloaded.values().length);
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

    /** An identity was refused what is above one of its limits. */
    public void refuse(OfIdentity limit) {
        refusedToIdentity[limit.ordinal()].increment();
    }

    public long refused(OfIdentity limit) {
        return refusedToIdentity[limit.ordinal()].sum();
    }

    public void authFailed(AuthFailure reason) {
        authFailures[reason.ordinal()].increment();
    }

    /** Somebody asked for what it may not do. */
    public void denied(Denied what) {
        denied[what.ordinal()].increment();
    }

    /** Files that had changed were read again; {@code done}: and can be used. */
    public void reloaded(Reloaded what, boolean done) {
        (done ? reloaded : notReloaded)[what.ordinal()].increment();
    }

    public long reloads(Reloaded what, boolean done) {
        return (done ? reloaded : notReloaded)[what.ordinal()].sum();
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
        return Arrays.stream(authFailures).mapToLong(LongAdder::sum).sum();
    }

    public long authFailures(AuthFailure reason) {
        return authFailures[reason.ordinal()].sum();
    }

    public long denials(Denied what) {
        return denied[what.ordinal()].sum();
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
