package io.dflockd.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeaksTest {
    private static final AtomicReference<DflockdClient> FORGOTTEN = new AtomicReference<>();

    @AfterEach
    void close() {
        var forgotten = FORGOTTEN.getAndSet(null);
        if (forgotten != null) {
            forgotten.close();
        }
    }

    @Test
    void aLeaseThatNobodyClosesFailsItsClassAndIsNamed() {
        var launched = Launched.of(ForgetsALease.class);

        assertThat(launched.passed).hasSize(2);
        assertThat(launched.failed).singleElement()
                .asString()
                .startsWith("LeaksTest$ForgetsALease: ForgetsALease left behind")
                .contains("a lease of 'orders/7' (fence ")
                .contains("of forgets(DflockdClient)");
    }

    @Test
    void aHoldOfAClientThatTheTestMadeItselfIsNamed() {
        var launched = Launched.of(ForgetsAClient.class, Clean.class);

        assertThat(launched.failed).singleElement()
                .asString()
                .startsWith("LeaksTest$ForgetsAClient: ForgetsAClient left behind")
                .contains("a hold of 'orders/8' (fence ")
                .contains("by client 'java' from 127.0.0.1:")
                .contains("a session of client 'java'");
        assertThat(launched.passed).contains("hasTheKey(DflockdClient)");
    }

    @Test
    void aHoldThatWasKeptIsLeftToo() {
        assertThat(Launched.of(Keeps.class).failed).singleElement()
                .asString()
                .contains("a hold of 'orders/9' (fence ")
                .contains("that was kept");
    }

    @Test
    void whoIgnoresLeaksFailsByNone() {
        var launched = Launched.of(Ignores.class);

        assertThat(launched.failed).isEmpty();
        assertThat(launched.passed).hasSize(1);
    }

    @Test
    void aTestThatFailsHasNotForgottenWhatItCouldNotClose() {
        assertThat(Launched.of(Fails.class).failed).singleElement()
                .asString()
                .isEqualTo(
                        "fails(DflockdClient): as it must");
    }

    @Test
    void whoEndsInterruptedHasLeftNothingEither() {
        var launched = Launched.of(EndsInterrupted.class);
        var unused = Thread.interrupted(); // as JUnit may leave it

        assertThat(launched.failed).isEmpty();
        assertThat(launched.passed).hasSize(1);
    }

    @Test
    void manyLeftoversAreTwentyLinesAndANumber() {
        assertThat(Launched.of(ForgetsMany.class).failed).singleElement().asString().contains("; and 5 more");
    }

    @Test
    void whoCouldNotSayGoodbyeHasLeftNothing() {
        assertThat(Launched.of(EndsCutOff.class).failed).isEmpty();
    }

    @DflockdTest
    static class ForgetsALease {
        @Test
        void forgets(DflockdClient client) throws Exception {
            client.lock("orders/7").acquire();
        }

        @Test
        void doesNot(DflockdClient client) throws Exception {
            client.lock("orders/1").acquire().close();
        }
    }

    @DflockdTest
    static class ForgetsAClient {
        @Test
        void forgets(@Dflockd String address) throws Exception {
            FORGOTTEN.set(DflockdClient.connect(address));
            FORGOTTEN.get().lock("orders/8").withoutRenewal().acquire();
        }
    }

    /** Has the same server afterwards. */
    @DflockdTest
    static class Clean {
        @Test
        void hasTheKey(DflockdClient client) throws Exception {
            try (var lease = client.lock("orders/8").acquire()) {
                assertThat(lease.isValid()).isTrue();
            }
        }
    }

    @DflockdTest
    static class Keeps {
        @Test
        void keeps(DflockdClient client) throws Exception {
            assertThat(client.lock("orders/9").acquire().keep(Duration.ofMinutes(10))).isTrue();
        }
    }

    @DflockdTest(leaks = DflockdTest.Leaks.IGNORE)
    static class Ignores {
        @Test
        void forgets(DflockdClient client) throws Exception {
            client.lock("orders/7").acquire();
        }
    }

    @DflockdTest
    static class Fails {
        @Test
        void fails(DflockdClient client) throws Exception {
            client.lock("orders/7").acquire();
            throw new AssertionError("as it must");
        }
    }

    @DflockdTest
    static class EndsCutOff {
        @Test
        void isCutOff(DflockdClient client, DflockdServers server) throws Exception {
            client.lock("orders/7").acquire().close();
            server.faults().refuse();
            server.faults().cut();
        }
    }

    @DflockdTest
    static class EndsInterrupted {
        @Test
        void isInterrupted(DflockdClient client, DflockdServers server) throws Exception {
            client.lock(server.uniqueKey("a")).acquire().close();
            Thread.currentThread().interrupt();
        }
    }

    @DflockdTest
    static class ForgetsMany {
        @Test
        void forgets(DflockdClient client, DflockdServers server) throws Exception {
            for (int i = 0; i < 25; i++) {
                client.lock(server.uniqueKey("many")).acquire();
            }
        }
    }
}
