package io.dflockd.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What happens when a lease runs out, and when. */
@ExtendWith(Conversations.class)
class ExpiryTest {
    private static final long LEASE_MS = 1000;

    @Test
    void waiterGetsAnExpiredLockAndNotBeforeItExpired(Conversation talk) {
        var a = talk.client("A");
        var b = talk.client("B");
        long start = System.nanoTime();
        a.ask("l", talk.key("k"), "0 1", "ok T1 1 f1");

        b.ask("l", talk.key("k"), "20", "ok T2 33 f2");

        // The server counts from the grant, which was after the start; the existing one sweeps once a second.
        assertThat((System.nanoTime() - start) / 1_000_000).isBetween(LEASE_MS, LEASE_MS + 8000);
    }

    @Test
    void renewalKeepsTheLockFromTheWaiter(Conversation talk) {
        talk.run("""
                A> l / k / 0 2     A< ok T1 2 f1
                A> n / k / T1 60   A< ok 60 f1
                B> l / k / 3       B< timeout (after 3 s)
                A> n / k / T1 1    A< ok 1 f1
                B> l / k / 20      B< ok T2 33 f2
                A> n / k / T1      A< error
                A> r / k / T1      A< error
                """);
    }

    @Test
    void queueOfExpiringHoldersMovesOnByItself(Conversation talk) {
        talk.run("""
                A> l / k / 0       A< ok T1 33 f1
                B> l / k / 20 1    (blocks)
                C> l / k / 20 1    (blocks)
                A> n / k / T1 1    A< ok 1 f1
                B< ok T2 1 f2      C< ok T3 1 f3
                A> r / k / T1      A< error
                B> r / k / T2      B< error
                """);
    }

    @Test
    void leaseOfAWaiterStartsWithItsGrant(Conversation talk) {
        talk.run("""
                A> l / k / 0 60    A< ok T1 60 f1
                B> l / k / 20 3    (blocks)
                W> blpop / none / 3    W< nil
                A> r / k / T1      A< ok    B< ok T2 3 f2
                C> l / k / 1       C< timeout
                B> n / k / T2      B< ok 33 f2
                """);
    }

    @Test
    void expiryIsOnePerHolderOfASemaphore(Conversation talk) {
        talk.run("""
                A> sl / k / 0 3       A< ok T1 33 f1
                A> sl / k / 0 3       A< ok T2 33 f2
                A> sl / k / 0 3       A< ok T3 33 f3
                B> sl / k / 20 3      (blocks)
                C> sl / k / 20 3      (blocks)
                D> sl / k / 30 3      (blocks)
                A> sn / k / T1 1      A< ok 1 f1
                A> sn / k / T2 1      A< ok 1 f2
                B< ok T4 33 f4        C< ok T5 33 f5    D< nothing
                A> sn / k / T3        A< ok 33 f3
                """);
    }

    @Test
    @Tag("decision")
    void expiredTokenNeverTouchesTheSuccessor(Conversation talk) {
        talk.run("""
                A> l / k / 0 1     A< ok T1 1 f1
                B> l / k / 20      (blocks)
                B< ok T2 33 f2
                A> r / k / T1      A< error
                A> n / k / T1      A< error
                A> resign / k / T1    A< error
                B> n / k / T2      B< ok 33 f2
                """);
    }
}
