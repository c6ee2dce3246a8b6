package io.dflockd.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.client.error.ClientClosedException;
import io.dflockd.micrometer.ObservationClientObserver;
import io.dflockd.opentelemetry.OpenTelemetryClientMetrics;
import io.dflockd.opentelemetry.OpenTelemetryClientObserver;
import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.spring.CurrentLease;
import io.dflockd.spring.LeaderOnly;
import io.dflockd.spring.LeaderRegistration;
import io.dflockd.spring.WithLock;
import io.dflockd.spring.WithLockAdvisor;
import io.dflockd.testkit.Eventually;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

@Timeout(120)
class StarterTest {
    private static final String TOKEN = "token-of-all";

    @TempDir static Path folder;

    private static DflockdServer server;

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DflockdAutoConfiguration.class,
                    DflockdMetricsAutoConfiguration.class, DflockdClientMetricsAutoConfiguration.class,
                    DflockdOpenTelemetryAutoConfiguration.class,
                    DflockdHealthAutoConfiguration.class))
            .withPropertyValues("dflockd.server=127.0.0.1:" + server.address().getPort(), "dflockd.auth-token=" + TOKEN,
                    "spring.application.name=orders");

    @BeforeAll
    static void start() {
        server = DflockdServer.start(ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.ADMIN_PORT, "off")
                .set(Setting.AUTH_TOKEN, TOKEN)
                .build());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static class Jobs {
        @WithLock(key = "nightly")
        public String run() {
            return CurrentLease.get().key();
        }

        @WithLock(key = "orders/#{#id}")
        public long write(long id) {
            return id;
        }
    }

    @Test
    void aProgramHasALockedMethodByOneDependencyAndOneAnnotation() {
        runner.withBean(Jobs.class).withPropertyValues("dflockd.key-prefix=shop.").run(context -> {
            assertThat(context.getBean(Jobs.class).run()).isEqualTo("shop.nightly");
            var client = context.getBean(DflockdClient.class);
            try (var lease = client.lock("x").acquire()) {
                assertThat(lease.isValid()).isTrue();
            }
        });
    }

    static class Sweeper {
        @LeaderOnly("sweeper")
        public long sweep() {
            return CurrentLease.fence();
        }
    }

    @Test
    void aProgramLeadsByOneBeanAndOneAnnotation() {
        var candidates = runner.withBean(Sweeper.class)
                .withBean(LeaderRegistration.class, () -> new LeaderRegistration("sweeper"));
        candidates.withPropertyValues("dflockd.key-prefix=shop.").run(context -> {
            var registration = context.getBean(LeaderRegistration.class);
            Eventually.await("leads", Duration.ofSeconds(30), registration::isLeader);
            assertThat(context.getBean(Sweeper.class).sweep()).isPositive();
            assertThat(context.getBean(DflockdClient.class).isLeader("shop.sweeper")).isTrue();
        });
        candidates.withPropertyValues("dflockd.leadership.auto-startup=false").run(context -> {
            assertThat(context.getBean(LeaderRegistration.class).isRunning()).isFalse();
            assertThat(context.getBean(Sweeper.class).sweep()).isZero();
        });
        candidates.withBean("other", LeaderRegistration.class, () -> new LeaderRegistration("sweeper"))
                .run(context -> assertThat(context).hasFailed().getFailure().hasMessageContaining("\"sweeper\""));
    }

    @Test
    void aTokenInAFileIsReadAgainForEachConnection() throws Exception {
        var file = Files.writeString(folder.resolve("token"), TOKEN + "\n");
        var details = PropertiesConnectionDetails.of(bound("dflockd.auth-token=", "dflockd.auth-token-file=" + file));
        assertThat(details.authToken().get()).isEqualTo(TOKEN);

        Files.writeString(file, "another");

        assertThat(details.authToken().get()).isEqualTo("another");
    }

    private static DflockdProperties bound(String... properties) {
        var found = new ArrayList<DflockdProperties>();
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DflockdAutoConfiguration.class))
                .withPropertyValues(
                        List.of(properties).stream().filter(one -> !one.endsWith("=")).toArray(String[]::new))
                .run(context -> found.add(context.getBean(DflockdProperties.class)));
        return found.get(0);
    }

    @Test
    void aFileThatIsNotThereEndsTheStart() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DflockdAutoConfiguration.class))
                .withPropertyValues("dflockd.auth-token-file=" + folder.resolve("nowhere"))
                .run(context -> assertThat(context).hasFailed()
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("nowhere"));
    }

    @Test
    void aServerAndShardsAreOneTooMany() {
        runner.withPropertyValues("dflockd.shards[0]=a:1")
                .run(context -> assertThat(context).hasFailed()
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("only one of them is valid"));
    }

    @Test
    void theHealthOfBoot3IsThereWhereItIs() {
        runner.withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
                .run(context -> assertThat(
                        context.getBean(org.springframework.boot.actuate.health.HealthIndicator.class)
                                .health()
                                .getStatus()
                                .getCode())
                        .isEqualTo("UP"));
    }

    @Test
    void metersAreThereWhereARegistryIs() {
        runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withBean(ObservationRegistry.class, ObservationRegistry::create)
                .withBean(Jobs.class)
                .run(context -> {
                    var meters = context.getBean(MeterRegistry.class);
                    context.getBean(io.dflockd.micrometer.DflockdClientMetrics.class).bindTo(meters);
                    context.getBean(Jobs.class).run();
                    assertThat(meters.get("dflockd.client.hold").tag("end", "released").timer().count()).isEqualTo(1);
                    assertThat(meters.get("dflockd.client.connections").gauge().value()).isEqualTo(1);
                });
    }

    @Test
    void metersNameAMethodsKeyByItsTemplate() {
        runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withBean(Jobs.class)
                .run(context -> {
                    context.getBean(Jobs.class).run();
                    context.getBean(Jobs.class).write(7);
                    context.getBean(DflockdClient.class).lock("by-hand").acquire().close();
                    var holds = context.getBean(MeterRegistry.class).get("dflockd.client.hold").timers();
                    assertThat(holds.stream().map(timer -> timer.getId().getTag("name")))
                            .containsExactlyInAnyOrder("nightly", "orders/#{#id}", "*");
                });
        runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withBean(Jobs.class)
                .withPropertyValues("dflockd.key-prefix=shop.")
                .run(context -> {
                    context.getBean(Jobs.class).write(7);
                    var hold = context.getBean(MeterRegistry.class).get("dflockd.client.hold").timer();
                    assertThat(hold.getId().getTag("name")).isEqualTo("shop.orders/#{#id}");
                });
    }

    @Test
    void openTelemetryIsUsedWhereMicrometerDoesNotDoTheSame() {
        var withTelemetry = runner.withBean(OpenTelemetry.class, OpenTelemetry::noop);
        withTelemetry.run(context -> assertThat(context).hasSingleBean(OpenTelemetryClientObserver.class)
                .hasSingleBean(OpenTelemetryClientMetrics.class));
        withTelemetry.withBean(ObservationRegistry.class, ObservationRegistry::create)
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .run(context -> assertThat(context).doesNotHaveBean(OpenTelemetryClientObserver.class)
                        .doesNotHaveBean(OpenTelemetryClientMetrics.class)
                        .hasSingleBean(ObservationClientObserver.class));
        withTelemetry.withPropertyValues("dflockd.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(OpenTelemetryClientObserver.class));
        withTelemetry.withClassLoader(new FilteredClassLoader("io.micrometer"))
                .run(context -> assertThat(context).hasSingleBean(OpenTelemetryClientObserver.class));
        runner.run(context -> assertThat(context).doesNotHaveBean(OpenTelemetryClientObserver.class));
    }

    @Test
    void nothingIsThereWhereItIsNotWanted() {
        runner.withPropertyValues("dflockd.enabled=false")
                .run(context -> assertThat(context)
                        .doesNotHaveBean(DflockdClient.class)
                        .doesNotHaveBean(WithLockAdvisor.class)
                        .doesNotHaveBean("dflockdHealthIndicator"));
        runner.withPropertyValues("dflockd.with-lock.enabled=false")
                .run(context -> assertThat(context)
                        .hasSingleBean(DflockdClient.class)
                        .doesNotHaveBean(WithLockAdvisor.class));
        runner.withClassLoader(
                new FilteredClassLoader("io.micrometer", "io.opentelemetry", "org.springframework.boot.health",
                        "org.springframework.boot.actuate"))
                .run(context -> assertThat(context).hasSingleBean(DflockdClient.class));
    }

    @Test
    void whatIsOfTheUsersReplacesWhatIsOurs() {
        runner.withPropertyValues("dflockd.server=127.0.0.1:1")
                .withBean(DflockdConnectionDetails.class,
                        () -> () -> List.of("127.0.0.1:" + server.address().getPort()))
                .withBean(DflockdClientCustomizer.class, () -> builder -> builder.authToken(TOKEN))
                .run(context -> assertThat(context.getBean(DflockdClient.class).lock("mine").tryAcquire()).isPresent());
    }

    record User(DflockdClient client) implements DisposableBean {
        static final List<Boolean> SEEN = new ArrayList<>();

        @Override
        public void destroy() throws Exception {
            try (Lease lease = client.lock("at-the-end").acquire()) {
                SEEN.add(lease.isValid());
            }
        }
    }

    @Test
    void theClientIsClosedAfterAllThatUseIt() {
        var clients = new ArrayList<DflockdClient>();
        runner.withBean(User.class).run(context -> clients.add(context.getBean(DflockdClient.class)));

        assertThat(User.SEEN).containsExactly(true);
        assertThatThrownBy(() -> clients.get(0).lock("x").acquire()).isInstanceOf(ClientClosedException.class);
    }
}
