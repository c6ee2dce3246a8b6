package io.dflockd.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.error.LossReason;
import io.dflockd.client.spi.ClientObserver;
import io.dflockd.client.spi.KeyNaming;
import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.FaultyNetwork;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which kinds of holds there are and how they end, as tags. */
@Timeout(120)
class EndsTest {
    private static final String ADMIN = "the-token-of-administrators";

    @TempDir private Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ObservationRegistry observations = ObservationRegistry.create();
    private final CountDownLatch ended = new CountDownLatch(1);
    private DflockdServer server;
    private FaultyNetwork network;
    private DflockdClient client;

    @BeforeEach
    void start() throws Exception {
        var token = Files.writeString(folder.resolve("admin"), ADMIN);
        server = DflockdServer.start(ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.ADMIN_PORT, "off")
                .set(Setting.ADMIN_TOKEN_FILE, token.toString())
                .build());
        network = new FaultyNetwork(server.address());
        observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        client = DflockdClient.builder()
                .server("127.0.0.1:" + network.address().getPort())
                .sessionGrace(Duration.ofSeconds(1))
                .observer(new ObservationClientObserver(observations, KeyNaming.beforeFirst('/')))
                .observer(new HoldTimer(meters, KeyNaming.beforeFirst('/')))
                .observer(new ClientObserver() {
                    @Override
                    public void ended(Lease lease, @Nullable LossReason reason, Duration held) {
                        ended.countDown(); // the others were told before
                    }
                })
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        network.close();
        server.close();
    }

    private long holds(String kind, String end) throws InterruptedException {
        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
        return meters.get("dflockd.client.hold").tags("kind", kind, "name", "a", "end", end).timer().count();
    }

    private long acquisitions(String kind) {
        return meters.get("dflockd.client.acquire")
                .tags("kind", kind, "name", "a", "outcome", "granted")
                .timer()
                .count();
    }

    @Test
    void revoked() throws Exception {
        var lease = client.lock("a/1").acquire();
        try (var operator = Connection.dial("127.0.0.1:" + server.address().getPort())) {
            operator.authenticate(ADMIN);
            operator.holds().revoke("a/1", lease.fence());
        }

        assertThat(holds("lock", "revoked")).isEqualTo(1);
    }

    @Test
    void connectionLost() throws Exception {
        var lease = client.lock("a/1").acquire();
        network.setRefusing(true);
        network.fail(FaultyNetwork.Fault.RESET);

        assertThat(holds("lock", "connection_lost")).isEqualTo(1);
        assertThat(lease.isValid()).isFalse();
    }

    @Test
    void clientClosed() throws Exception {
        var lease = client.lock("a/1").acquire();
        client.close();

        assertThat(holds("lock", "client_closed")).isEqualTo(1);
        assertThat(lease.isValid()).isFalse();
    }

    @Test
    void permit() throws Exception {
        client.semaphore("a/1", 2).acquire().close();

        assertThat(acquisitions("permit")).isEqualTo(1);
        assertThat(holds("permit", "released")).isEqualTo(1);
    }

    @Test
    void read() throws Exception {
        client.rwLock("a/1").read().acquire().close();

        assertThat(acquisitions("read")).isEqualTo(1);
        assertThat(holds("read", "released")).isEqualTo(1);
    }

    @Test
    void write() throws Exception {
        client.rwLock("a/1").write().acquire().close();

        assertThat(acquisitions("write")).isEqualTo(1);
        assertThat(holds("write", "released")).isEqualTo(1);
    }

    @Test
    void leadership() throws Exception {
        client.election("a/1").campaign(Duration.ofSeconds(30)).orElseThrow().close();

        assertThat(acquisitions("leadership")).isEqualTo(1);
        assertThat(holds("leadership", "released")).isEqualTo(1);
    }
}
