package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.error.LossReason;
import io.dflockd.client.spi.ClientObserver;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who looks on: at acquisitions, and at servers. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ObserverTest {
    private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);

    private final FakeServer server = new FakeServer();
    private final FakeServer other = new FakeServer();
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        server.close();
        other.close();
    }

    @Test
    void attemptsAndHoldsAreSeenFromTheBeginningToTheEnd() throws Exception {
        try (var client = one().observer(observer()).observer(new Faulty()).build()) {
            var lock = client.lock("jobs");
            var first = lock.acquireAsync(FIVE_SECONDS);
            assertThat(seen.remove()).isEqualTo(
                    "acquiring jobs LOCK PT5S at " + server.address() + " in " + Thread.currentThread().getName());
            var peer = server.accept().expect("l", "jobs", "5").send("ok T1 33 7");
            var lease = first.join();
            assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("began 7");
            assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("granted 7");
            var releasing = FakeServer.run(lease::close);
            peer.expect("r", "jobs", "T1").send("ok");
            releasing.join();
            assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("ended 7 null");

            var late = client.semaphore("pool", 3).tryAcquireAsync(Duration.ofSeconds(2));
            server.accept().expect("sl", "pool", "2 3").send("timeout");
            assertThat(late.join()).isEmpty();
            assertThat(seen.remove()).startsWith("acquiring pool PERMIT PT2S");
            assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("not granted");

            var refused = lock.acquireAsync(FIVE_SECONDS);
            server.accept().expect("l", "jobs", "5").send("error_max_locks");
            assertThatThrownBy(refused::join).isNotNull();
            assertThat(seen.remove()).startsWith("acquiring jobs");
            assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("failed MaxLocksException");
        }
    }

    @Test
    void serversArePingedAndThoseThatDoNotAnswerAreNotInTheResult() {
        try (var client = two().build()) {
            var pinging = FakeServer.async(() -> client.ping(Duration.ofSeconds(1)));
            server.accept().expect("ping", "_", "").send("ok");
            other.accept().expect("ping", "_", "");

            assertThat(pinging.join()).containsOnlyKeys(client.servers().get(0));
        }
    }

    @Test
    void serversSayWhatTheyAre() {
        try (var client = two().build()) {
            var asking = FakeServer.async(() -> client.info(FIVE_SECONDS));
            var peer = server.accept().expect("hello", "_", "info").send("ok dflockd/1.0 ping,ms window=4");
            other.accept().expect("hello", "_", "info").send("error");

            assertThat(asking.join()).containsOnly(
                    Map.entry(client.servers().get(0),
                            new ServerInfo("dflockd/1.0", Set.of("ping", "ms"), Map.of("window", "4"))),
                    Map.entry(client.servers().get(1), new ServerInfo("", Set.of(), Map.of())));
            peer.expectEnd();
        }
    }

    private DflockdClient.Builder one() {
        return DflockdClient.builder().server(server.address()).sessionGrace(Duration.ZERO);
    }

    private DflockdClient.Builder two() {
        return one().server(other.address());
    }

    private ClientObserver observer() {
        return new ClientObserver() {
            @Override
            public Attempt acquiring(String key, LeaseMode mode, Duration wait, ServerAddress server) {
                seen.add("acquiring " + key + " " + mode + " " + wait + " at " + server + " in "
                        + Thread.currentThread().getName());
                return new Attempt() {
                    @Override
                    public void granted(Lease lease) {
                        seen.add("granted " + lease.fence());
                    }

                    @Override
                    public void notGranted() {
                        seen.add("not granted");
                    }

                    @Override
                    public void failed(Throwable cause) {
                        seen.add("failed " + cause.getClass().getSimpleName());
                    }
                };
            }

            @Override
            public void began(Lease lease) {
                seen.add("began " + lease.fence());
            }

            @Override
            public void ended(Lease lease, @Nullable LossReason reason, Duration held) {
                seen.add("ended " + lease.fence() + " " + reason);
            }
        };
    }

    /** One that throws, which harms nobody. */
    private static final class Faulty implements ClientObserver {
        @Override
        public Attempt acquiring(String key, LeaseMode mode, Duration wait, ServerAddress server) {
            throw new IllegalStateException("at the beginning");
        }

        @Override
        public void began(Lease lease) {
            throw new IllegalStateException("at the grant");
        }

        @Override
        public void ended(Lease lease, @Nullable LossReason reason, Duration held) {
            throw new IllegalStateException("at the end");
        }
    }
}
