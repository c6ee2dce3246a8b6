package io.dflockd.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.error.ClientClosedException;
import io.dflockd.client.error.MaxLocksException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

class ScopesTest {
    private static final Map<String, String> PARALLEL = Map.of("junit.jupiter.execution.parallel.enabled", "true",
            "junit.jupiter.execution.parallel.mode.default", "concurrent",
            "junit.jupiter.execution.parallel.config.strategy", "fixed",
            "junit.jupiter.execution.parallel.config.fixed.parallelism", "4");
    private static volatile CountDownLatch both = new CountDownLatch(2);
    private static final AtomicReference<DflockdClient> EARLIER = new AtomicReference<>();
    private static final AtomicReference<ServerView> SEEN = new AtomicReference<>();

    @Test
    void classesShareOneServer() {
        assertThat(Launched.of(First.class, Second.class).failed).isEmpty();
    }

    @Test
    void theServerOfTheJvmEndsWithTheRun() {
        assertThat(Launched.of(Looking.class).failed).isEmpty();

        assertThatThrownBy(() -> SEEN.get().waitingRequests()).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void otherArgumentsAreAnotherServer() {
        var launched = Launched.of(First.class, OneLock.class);

        assertThat(launched.failed).isEmpty();
        assertThat(launched.passed).hasSize(3);
    }

    @Test
    void aServerForEachTestKnowsNothingOfTheOther() {
        var launched = Launched.of(OfMethod.class);

        assertThat(launched.failed).isEmpty();
        assertThat(launched.passed).hasSize(2);
    }

    @Test
    void aConstructorHasNoServerThatIsThereForATest() {
        assertThat(Launched.of(TooEarly.class).failed).singleElement()
                .asString()
                .contains("with scope = METHOD there is a server for each test");
    }

    @Test
    void clientsAreClosedAfterTheirTestOrClass() {
        assertThat(Launched.of(Lifetimes.class).failed).isEmpty();
        assertThatThrownBy(() -> EARLIER.get().lock("a").acquire()).isInstanceOf(ClientClosedException.class);
    }

    @Test
    void whatUsesAServerTogetherDoesNotResetItNorSeeTheLeftoversOfOthers() {
        both = new CountDownLatch(2);
        var launched = Launched.of(PARALLEL, Leaking.class, Resetting.class);

        assertThat(launched.passed).hasSize(2);
        assertThat(launched.failed).singleElement().asString().startsWith("ScopesTest$Leaking: Leaking left behind");
    }

    @Test
    void testsOfOneClassRunAtTheSameTime() {
        var launched = Launched.of(PARALLEL, OrdersTest.class);

        assertThat(launched.failed).isEmpty();
        assertThat(launched.passed).hasSize(3);
    }

    @Test
    void aClassAloneResets() {
        assertThat(Launched.of(ResetsAlone.class).failed).isEmpty();
    }

    @Test
    void fieldsThatCannotBeSetAreSaid() {
        assertThat(Launched.of(FinalField.class).failed).singleElement()
                .asString()
                .contains("final")
                .contains("server");
        assertThat(Launched.of(WrongType.class).failed).singleElement()
                .asString()
                .contains("java.lang.Integer")
                .contains("valid are DflockdClient, DflockdServers");
    }

    @Test
    void argumentsThatAreNotValidAreSaid() {
        assertThatThrownBy(() -> DflockdServers.start("--no-such")).isInstanceOf(RuntimeException.class)
                .hasMessageContaining("--no-such");
        assertThatThrownBy(() -> DflockdServers.start("--admin-port", "1")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--admin-port");
        assertThatThrownBy(() -> DflockdServers.start("--data-dir=x")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--data-dir");
    }

    @Test
    void aServerIsToBeHadWithoutJUnitToo() throws Exception {
        try (var server = DflockdServers.start("--max-locks", "1");
                var client = server.newClient(settings -> settings.leaseTtl(Duration.ofSeconds(5)));
                var first = client.lock("a").acquire()) {
            assertThat(server.holders("a")).extracting(Holder::fence).containsExactly(first.fence());
        }
    }

    @Test
    void clientsShowTheTokenThatTheServerWants() throws Exception {
        try (var server = DflockdServers.start("--auth-token", "secret"); var client = server.newClient()) {
            assertThat(client.counters().increment("c", 1)).isEqualTo(1);
            assertThatThrownBy(server::clock).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> server.revoke("nothing")).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("nobody holds 'nothing'");
            assertThatThrownBy(() -> server.awaitWaiters("nothing", 1, Duration.ofMillis(10)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("0 wait for 'nothing'");
        }
    }

    @DflockdTest
    static class Looking {
        @Test
        void sees(DflockdServers server) {
            var view = (ServerView) server;
            assertThat(view.waitingRequests()).isZero();
            SEEN.set(view);
        }
    }

    @DflockdTest
    static class First {
        @Test
        void sets(DflockdClient client) throws Exception {
            client.values().set("shared", "by the first");
        }
    }

    @DflockdTest
    static class Second {
        @Test
        void gets(DflockdClient client) throws Exception {
            assertThat(client.values().get("shared")).contains("by the first");
        }
    }

    @DflockdTest(args = {"--max-locks", "1"})
    static class OneLock {
        @Test
        void takesNoSecond(DflockdClient client) throws Exception {
            assertThat(client.values().get("shared")).isEmpty();
            try (var lease = client.lock("a").acquire()) {
                assertThat(lease.isValid()).isTrue();
                assertThatThrownBy(() -> client.lock("b").acquire()).isInstanceOf(MaxLocksException.class);
            }
        }

        @Nested
        class Inside {
            @Test
            void isTheSame(DflockdClient client) throws Exception {
                try (var lease = client.lock("a").acquire()) {
                    assertThat(lease.isValid()).isTrue();
                    assertThatThrownBy(() -> client.lock("b").acquire()).isInstanceOf(MaxLocksException.class);
                }
            }
        }
    }

    @DflockdTest(scope = DflockdTest.Scope.METHOD)
    static class OfMethod {
        @Dflockd private DflockdClient client;

        @Test
        void counts() throws Exception {
            assertThat(client.counters().increment("c", 1)).isEqualTo(1);
        }

        @Test
        void countsToo() throws Exception {
            assertThat(client.counters().increment("c", 1)).isEqualTo(1);
        }
    }

    @DflockdTest(scope = DflockdTest.Scope.METHOD)
    static class TooEarly {
        TooEarly(DflockdServers server) {
            assertThat(server).isNotNull();
        }

        @Test
        void isNotRun() {}
    }

    @ExtendWith(DflockdExtension.class)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class Lifetimes {
        @Dflockd static DflockdClient ofTheClass;
        @Dflockd DflockdClient ofTheTest;
        private DflockdClient ofTheSetUp;

        @BeforeAll
        static void begin(DflockdClient client, DflockdServers server) {
            assertThat(client).isNotSameAs(ofTheClass);
            assertThat(server.address()).startsWith("127.0.0.1:");
        }

        @BeforeEach
        void setUp(DflockdClient client) {
            ofTheSetUp = client;
        }

        @Test
        @Order(1)
        void keepsAClient() throws Exception {
            EARLIER.set(ofTheTest);
            assertThat(ofTheTest).isNotSameAs(ofTheClass).isNotSameAs(ofTheSetUp);
            assertThat(ofTheClass.ping(Duration.ofSeconds(10))).hasSize(1);
        }

        @Test
        @Order(2)
        void findsItClosed() throws Exception {
            assertThatThrownBy(() -> EARLIER.get().lock("a").acquire()).isInstanceOf(ClientClosedException.class);
            assertThat(ofTheClass.ping(Duration.ofSeconds(10))).hasSize(1);
            EARLIER.set(ofTheClass);
        }
    }

    @DflockdTest
    static class Leaking {
        @Test
        void leaks(DflockdClient client, DflockdServers server) throws Exception {
            client.lock(server.uniqueKey("leaks")).acquire();
            both.countDown();
            assertThat(both.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @DflockdTest
    static class Resetting {
        @Test
        void isNotLet(DflockdServers server) throws Exception {
            both.countDown();
            assertThat(both.await(30, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(server::reset).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("'Leaking' uses the same server as 'Resetting'");
        }
    }

    @DflockdTest
    static class ResetsAlone {
        @Test
        void forgetsAll(DflockdClient client, DflockdServers server) throws Exception {
            client.counters().set("c", 5);
            var lost = client.lock("a").acquire();
            server.faults().refuse();

            server.reset();

            assertThat(lost.lost().get(60, TimeUnit.SECONDS)).isNotNull();
            assertThat(client.counters().get("c")).isZero();
        }
    }

    @DflockdTest
    static class FinalField {
        @Dflockd private final DflockdServers server = null;

        @Test
        void isNotRun() {
            assertThat(server).isNull();
        }
    }

    @DflockdTest
    static class WrongType {
        @Test
        void isNotRun(@Dflockd Integer port) {
            assertThat(port).isNull();
        }
    }
}
