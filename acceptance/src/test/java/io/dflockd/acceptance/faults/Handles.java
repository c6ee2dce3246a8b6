package io.dflockd.acceptance.faults;

import io.dflockd.client.Acquirable;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.Election;
import io.dflockd.client.HandleBuilder;
import io.dflockd.client.LeadershipListener;
import io.dflockd.client.Lock;
import io.dflockd.client.RWLock;
import io.dflockd.client.Semaphore;
import io.dflockd.testkit.Eventually;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Makes the handle of a case: from a client with a session, or in one of the two ways in which a hold gets a connection of
 * its own, a handle that stands alone or a client with a session grace of zero.
 */
final class Handles {
    private static final Duration CLOSED = Duration.ofSeconds(10);

    private final FaultCase of;
    private final String server;
    private final Journal journal;
    private final @Nullable DflockdClient client;

    Handles(FaultCase of, String server, Journal journal, Leftovers leftovers) {
        this.of = of;
        this.server = server;
        this.journal = journal;
        boolean alone = of.tie() == Tie.CONNECTION && of.variant() % 2 == 0;
        this.client = alone
                ? null
                : prepared(DflockdClient.builder())
                        .sessionGrace(of.tie() == Tie.SESSION ? of.grace() : Duration.ZERO)
                        .build();
        if (client != null) {
            leftovers.watch("the client of " + of, client);
        }
    }

    Acquirable acquirable() {
        var key = of.key();
        return switch (of.kind()) {
            case PERMIT ->
                client == null ? prepared(Semaphore.builder(key, 1)).build() : client.semaphore(key, 1);
            case READ -> readWriteLock().read();
            case WRITE -> readWriteLock().write();
            case LOCK, JAVA_LOCK -> lock();
            case LEADERSHIP, RUN, ELECT -> throw new IllegalArgumentException(of.kind() + " is no acquirable");
        };
    }

    Lock lock() {
        return client == null ? prepared(Lock.builder(of.key())).build() : client.lock(of.key());
    }

    Election election(LeadershipListener listener) {
        return client == null
                ? prepared(Election.builder(of.key())).listener(listener).build()
                : client.election(of.key()).withListener(listener);
    }

    /** Ends the client, which must hold nothing any more. */
    void close() {
        if (client != null) {
            long held = client.metrics().leases().held();
            if (held != 0) {
                journal.remark("the client still counts " + held + " leases as held after their release");
            }
            client.close();
            try {
                Eventually.await("no connection", CLOSED, () -> client.metrics().connections().open() == 0);
            } catch (AssertionError e) {
                journal.remark("the client still counts connections as open after it was closed");
            }
        }
    }

    private RWLock readWriteLock() {
        return client == null ? prepared(RWLock.builder(of.key())).build() : client.rwLock(of.key());
    }

    private <B extends HandleBuilder<B>> B prepared(B builder) {
        return builder.server(server)
                .leaseTtl(of.lease())
                .acquireTimeout(Duration.ofSeconds(30))
                .onLost((lease, reason) -> journal.told(System.nanoTime(), Kind.CLIENT, reason.toString()));
    }
}
