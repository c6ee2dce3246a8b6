package io.dflockd.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.client.error.LossReason;
import io.dflockd.client.error.MaxLocksException;
import io.dflockd.client.spi.ClientObserver;
import io.dflockd.client.spi.KeyNaming;
import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientMetersTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final TestObservationRegistry observations = TestObservationRegistry.create();
    private final DflockdServer server = DflockdServer.start(ServerConfig.builder()
            .set(Setting.PORT, "0")
            .set(Setting.ADMIN_PORT, "off")
            .set(Setting.MAX_LOCKS, "3")
            .build());
    private final String address = "127.0.0.1:" + server.address().getPort();
    private final CompletableFuture<LossReason> ended = new CompletableFuture<>();
    private final DflockdClient client = DflockdClient.builder()
            .server(address)
            .observer(new ObservationClientObserver(observations, KeyNaming.beforeFirst('/')))
            .observer(new HoldTimer(meters, KeyNaming.beforeFirst('/')))
            .observer(new ClientObserver() {
                @Override
                public void ended(Lease lease, LossReason reason, Duration held) {
                    ended.complete(reason); // after the others, who were told before
                }
            })
            .build();

    ClientMetersTest() {
        observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void anAcquisitionIsATimerAndASpanOfItsCaller() throws Exception {
        var outer = Observation.start("request", observations);
        try (var scope = outer.openScope(); var lease = client.lock("orders/7").acquire()) {
            assertThat(client.lock("orders/7").tryAcquire()).isEmpty();
            TestObservationRegistryAssert.assertThat(observations)
                    .hasAnObservation(one -> one.hasNameEqualTo("dflockd.client.acquire")
                            .hasContextualNameEqualTo("acquire orders")
                            .hasLowCardinalityKeyValue("outcome", "granted")
                            .hasLowCardinalityKeyValue("kind", "lock")
                            .hasHighCardinalityKeyValue("dflockd.key", "orders/7")
                            .hasHighCardinalityKeyValue("dflockd.fence", "" + lease.fence())
                            .hasHighCardinalityKeyValue("server.port", "" + server.address().getPort())
                            .hasParentObservationEqualTo(outer));
        } finally {
            outer.stop();
        }

        assertThat(meters.get("dflockd.client.acquire")
                .tags("outcome", "granted", "kind", "lock", "name", "orders")
                .timer()
                .count()).isEqualTo(1);
        assertThat(meters.get("dflockd.client.acquire").tag("outcome", "skipped").timer().count()).isEqualTo(1);
        assertThat(meters.get("dflockd.client.hold").tags("end", "released", "name", "orders").timer().count())
                .isEqualTo(1);
    }

    /** The page says which key values an observation has, and so a span. */
    @Test
    void observationsHaveTheKeyValuesThatThePageNames() throws Exception {
        client.lock("orders/7").acquire(Duration.ofMillis(10_500)).close();

        var page = Files.readString(Path.of("..", "..", "docs", "observability.md"));
        var table = page.substring(page.indexOf("| OpenTelemetry | Micrometer | of |"));
        var names = new ArrayList<String>();
        for (var row : table.substring(0, table.indexOf("\n\n")).lines().skip(2).toList()) {
            var cells = row.split("\\|", -1);
            if (cells[2].contains("the same")) {
                names.add(cells[1].strip().replace("`", ""));
            } else if (cells[2].contains("`")) {
                names.add(cells[2].strip().replace("`", ""));
            }
        }
        TestObservationRegistryAssert.assertThat(observations)
                .hasSingleObservationThat()
                .hasOnlyKeys(names.toArray(String[]::new))
                .hasHighCardinalityKeyValue("dflockd.wait.timeout", "10.5");
    }

    @Test
    void aWaitThatIsTooShortIsATimeoutAndNoError() throws Exception {
        try (var held = client.lock("a").acquire()) {
            assertThat(client.lock("a").tryAcquire(Duration.ofMillis(50))).isEmpty();
        }
        assertThat(meters.get("dflockd.client.acquire").tags("outcome", "timeout", "error", "none").timer().count())
                .isEqualTo(1);
    }

    @Test
    void holdsThatGoOnAreSeenWhileTheyDo() throws Exception {
        try (var ticket = client.lock("orders/8").enqueue(); var lease = ticket.await(Duration.ofSeconds(10))) {
            var active = meters.get("dflockd.client.hold.active").tags("kind", "lock", "name", "orders");
            assertThat(active.longTaskTimer().activeTasks()).isEqualTo(1);
            lease.close();
            assertThat(active.longTaskTimer().activeTasks()).isZero();
        }
    }

    @Test
    void aHoldThatRunsOutIsALoss() throws Exception {
        var lease = client.lock("orders/9").withTtl(Duration.ofSeconds(1)).withoutRenewal().acquire();

        assertThat(ended).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(LossReason.EXPIRED);
        assertThat(lease.isValid()).isFalse();
        assertThat(meters.get("dflockd.client.hold").tags("end", "expired", "name", "orders").timer().count())
                .isEqualTo(1);
    }

    @Test
    void aConventionOfTheProgramNamesThem() throws Exception {
        var named = new ObservationClientObserver(observations, KeyNaming.same(), new AcquireConvention() {
            @Override
            public String getName() {
                return "locks";
            }

            @Override
            public KeyValues getLowCardinalityKeyValues(AcquireContext context) {
                return super.getLowCardinalityKeyValues(context).and("team", "shop");
            }
        });
        try (var own = DflockdClient.builder()
                .server(address)
                .observer(named)
                .build();
                var lease = own.lock("a").acquire()) {
            assertThat(lease.isValid()).isTrue();
        }
        assertThat(meters.get("locks").tags("team", "shop", "outcome", "granted", "name", "*").timer().count())
                .isEqualTo(1);
    }

    @Test
    void aRefusalIsAnError() throws Exception {
        try (var first = client.lock("a").acquire();
                var second = client.lock("b").acquire();
                var third = client.lock("c").acquire()) {
            assertThatThrownBy(() -> client.lock("d").acquire()).isInstanceOf(MaxLocksException.class);
        }

        assertThat(meters.get("dflockd.client.acquire").tags("outcome", "error", "name", "d").timer().count())
                .isEqualTo(1);
    }

    @Test
    void aWaitThatIsGivenUpIsCancelled() throws Exception {
        try (var held = client.lock("a").acquire()) {
            var waiting = client.lock("a").acquireAsync(Duration.ofMinutes(1));
            assertThat(waiting.cancel(true)).isTrue();
        }
        assertThat(meters.get("dflockd.client.acquire").tags("outcome", "cancelled", "name", "a").timer().count())
                .isEqualTo(1);
    }

    @Test
    void whatTheClientCountsAreMeters() throws Exception {
        new DflockdClientMetrics(client).bindTo(meters);
        try (var lease = client.lock("a").acquire()) {
            assertThat(meters.get("dflockd.client.leases").gauge().value()).isEqualTo(1);
            assertThat(meters.get("dflockd.client.connections").gauge().value()).isEqualTo(1);
        }
        client.close();

        assertThat(meters.get("dflockd.client.leases").gauge().value()).isZero();
        assertThat(meters.get("dflockd.client.requests").functionCounter().count()).isPositive();
        assertThat(meters.get("dflockd.client.leases.lost").tag("reason", "revoked").functionCounter().count())
                .isZero();
    }

    @Test
    void whatAMeterIsNamedByIsBoundedHoweverManyKeys() throws Exception {
        for (int i = 0; i < 150; i++) {
            client.lock("job-" + i + "/x").acquire().close();
        }

        for (var meter : List.of("dflockd.client.acquire", "dflockd.client.hold")) {
            assertThat(meters.find(meter).timers().stream().map(timer -> timer.getId().getTag("name")).distinct())
                    .as(meter)
                    .hasSize(101)
                    .contains("job-0", "job-99", KeyNaming.OTHER);
            assertThat(meters.get(meter).tag("name", KeyNaming.OTHER).timer().count()).as(meter).isEqualTo(50);
        }
        assertThat(meters.find("dflockd.client.hold.active").longTaskTimers()).hasSize(101);
    }

    @Test
    void namesAreBoundedHoweverManyKeys() {
        var naming = KeyNaming.beforeFirst('/').atMost(100);

        assertThat(IntStream.range(0, 1_000).mapToObj(i -> naming.nameOf("job-" + i + "/x")).distinct()).hasSize(101)
                .contains("job-0", "job-99", KeyNaming.OTHER);
        assertThat(naming.nameOf("job-7/y")).isEqualTo("job-7");
    }
}
