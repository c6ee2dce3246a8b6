package io.dflockd.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.Lock;
import io.dflockd.client.TlsOptions;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.error.AcquireTimeoutException;
import io.dflockd.client.error.AlreadyQueuedException;
import io.dflockd.client.error.AuthenticationException;
import io.dflockd.client.error.BarrierCountMismatchException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.error.ErrorCode;
import io.dflockd.client.error.LeaseExpiredException;
import io.dflockd.client.error.LimitMismatchException;
import io.dflockd.client.error.ListFullException;
import io.dflockd.client.error.MaxKeysException;
import io.dflockd.client.error.MaxLocksException;
import io.dflockd.client.error.MaxWaitersException;
import io.dflockd.client.error.NotFoundException;
import io.dflockd.client.error.NotQueuedException;
import io.dflockd.client.error.ServerErrorException;
import io.dflockd.client.error.TypeMismatchException;
import io.dflockd.client.event.WatchConn;
import io.netty.pkitesting.CertificateBuilder;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The errors and connections of the Go client, done in Java. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GoErrorsTest {
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final Duration ONCE = Duration.ZERO;

    @Test
    void errTimeout() throws Exception {
        try (var holder = dial(); var c = dial()) {
            holder.locks().acquire("go/e/timeout", ONCE);

            assertThatThrownBy(() -> c.locks().acquire("go/e/timeout", ONCE))
                    .isInstanceOf(AcquireTimeoutException.class)
                    .extracting(e -> ((DflockdException) e).code())
                    .isEqualTo(ErrorCode.TIMEOUT);
        }
    }

    @Test
    void errMaxLocksMaxWaitersMaxKeysAndListFull() throws Exception {
        try (var server = TestServer.start("--max-locks", "1", "--max-waiters", "1", "--max-keys", "1",
                "--max-list-length", "1");
                var a = Connection.dial(server.hostAndPort());
                var b = Connection.dial(server.hostAndPort())) {
            a.locks().acquire("lock", ONCE);
            a.lists().pushRight("list", "one");
            b.locks().enqueue("lock");

            assertThatThrownBy(() -> a.locks().acquire("other", ONCE)).isInstanceOf(MaxLocksException.class);
            assertThatThrownBy(() -> a.locks().acquire("lock", TEN_SECONDS)).isInstanceOf(MaxWaitersException.class);
            assertThatThrownBy(() -> a.counters().increment("other", 1)).isInstanceOf(MaxKeysException.class);
            assertThatThrownBy(() -> a.lists().pushRight("list", "two")).isInstanceOf(ListFullException.class);
        }
    }

    @Test
    void errServer() throws Exception {
        try (var c = dial()) {
            assertThatThrownBy(() -> c.locks().release("go/e/server", "nope"))
                    .isInstanceOf(ServerErrorException.class)
                    .hasMessageContaining("error");
        }
    }

    @Test
    void errNotQueuedAndAlreadyQueued() throws Exception {
        try (var c = dial()) {
            assertThatThrownBy(() -> c.locks().await("go/e/queue", ONCE)).isInstanceOf(NotQueuedException.class);
            c.locks().enqueue("go/e/queue");
            assertThatThrownBy(() -> c.locks().enqueue("go/e/queue")).isInstanceOf(AlreadyQueuedException.class);
        }
    }

    @Test
    void errLimitMismatchAndTypeMismatch() throws Exception {
        try (var c = dial()) {
            c.semaphores().acquire("go/e/kind", 2, ONCE);
            assertThatThrownBy(() -> c.semaphores().acquire("go/e/kind", 3, ONCE))
                    .isInstanceOf(LimitMismatchException.class);
            assertThatThrownBy(() -> c.readLocks().acquire("go/e/kind", ONCE))
                    .isInstanceOf(TypeMismatchException.class);
        }
    }

    @Test
    void errLeaseExpired() throws Exception {
        try (var c = dial(); var watches = new WatchConn(dial())) {
            watches.watch("go/e/expired");
            c.locks().enqueue("go/e/expired", Duration.ofSeconds(1));
            assertThat(watches.events().next().toString()).contains("acquire");
            assertThat(watches.events().next().toString()).contains("release");

            assertThatThrownBy(() -> c.locks().await("go/e/expired", ONCE))
                    .isInstanceOf(LeaseExpiredException.class);
        }
    }

    @Test
    void errNotFound() throws Exception {
        try (var c = dial()) {
            assertThatThrownBy(() -> c.values().require("go/e/missing")).isInstanceOf(NotFoundException.class);
            assertThat(c.values().get("go/e/missing")).isEmpty();
            assertThat(c.lists().popLeft("go/e/missing")).isEmpty();
        }
    }

    @Test
    void errBarrierCountMismatch() throws Exception {
        try (var a = dial(); var b = dial()) {
            var unusedAsItFails = a.barriers().awaitAsync("go/e/barrier", 2, TEN_SECONDS);

            // Until the first one has come, a try for another number is no mismatch.
            assertThatThrownBy(() -> {
                while (!b.barriers().await("go/e/barrier", 3, ONCE)) {
                    LockSupport.parkNanos(1_000_000);
                }
            }).isInstanceOf(BarrierCountMismatchException.class);
        }
    }

    @Test
    void casConflictIsNoError() throws Exception {
        try (var c = dial()) {
            assertThat(c.values().compareAndSet("go/e/cas", "old", "new", null)).isFalse();
        }
    }

    @Test
    void dialAndCloseWithConcurrentUse() throws Exception {
        try (var c = dial()) {
            var ready = new CountDownLatch(1);
            var threads = IntStream.range(0, 8).mapToObj(i -> Thread.ofVirtual().start(() -> {
                try {
                    ready.await();
                    c.counters().increment("go/e/concurrent", 1);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            })).toList();
            ready.countDown();
            for (var thread : threads) {
                thread.join();
            }
            assertThat(c.counters().get("go/e/concurrent")).isEqualTo(8);
        }
    }

    @Test
    void authenticate() throws Exception {
        try (var server = TestServer.start("--auth-token", "my-secret-token")) {
            try (var c = Connection.dial(server.hostAndPort())) {
                c.authenticate("my-secret-token");
                assertThat(c.counters().get("hits")).isZero();
            }
            try (var c = Connection.dial(server.hostAndPort())) { // ErrAuth
                assertThatThrownBy(() -> c.authenticate("wrong")).isInstanceOf(AuthenticationException.class);
            }
            var lock = Lock.builder("k").server(server.hostAndPort()).authToken("my-secret-token").build(); // AuthToken
            lock.acquire().close();
        }
    }

    @Test
    void dialTls() throws Exception {
        var certificate = new CertificateBuilder().subject("CN=localhost")
                .addSanDnsName("localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        var chain = certificate.toTempCertChainPem();
        var key = certificate.toTempPrivateKeyPem();
        try (var server = TestServer.start("--tls-cert", chain.getPath(), "--tls-key", key.getPath())) {
            var trust = KeyStore.getInstance(KeyStore.getDefaultType());
            trust.load(null, null);
            trust.setCertificateEntry("server", certificate.getCertificate());
            var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusted.init(trust);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trusted.getTrustManagers(), null);
            var tls = TlsOptions.of(context);

            try (var c = Connection.dialTls(server.localhostAndPort(), tls)) { // DialTLS
                assertThat(c.counters().get("hits")).isZero();
            }
            var lock = Lock.builder("k").server(server.localhostAndPort()).tls(tls).build(); // TLSConfig
            lock.acquire().close();
        } finally {
            assertThat(chain.delete() && key.delete()).isTrue();
        }
    }

    private static Connection dial() throws InterruptedException {
        return Connection.dial(TestServer.address());
    }
}
