package io.dflockd.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.client.LeaseMode;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.internal.hold.HandleOptions;
import io.dflockd.client.spi.ClientObserver;
import io.dflockd.client.spi.KeyNaming;
import io.dflockd.micrometer.AcquireContext;
import io.dflockd.micrometer.AcquireConvention;
import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.spring.WithLock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** What properties and beans say reaches the client. */
@Timeout(120)
class PropertiesTest {
    private static final String ADMIN = "s3cret-of-the-admin";

    @TempDir private Path folder;
    @AutoClose private DflockdServer server;

    private ApplicationContextRunner runner() throws Exception {
        server = DflockdServer.start(ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.ADMIN_PORT, "off")
                .set(Setting.ADMIN_TOKEN_FILE, Files.writeString(folder.resolve("admin"), ADMIN).toString())
                .build());
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DflockdAutoConfiguration.class,
                        DflockdMetricsAutoConfiguration.class, DflockdClientMetricsAutoConfiguration.class))
                .withPropertyValues("dflockd.server=127.0.0.1:" + server.address().getPort());
    }

    private static HandleOptions options(DflockdClient client) throws Exception {
        var field = DflockdClient.class.getDeclaredField("options");
        field.setAccessible(true);
        return (HandleOptions) field.get(client);
    }

    @Test
    void eachSettingOfTheClientReachesIt() throws Exception {
        runner().withPropertyValues("dflockd.acquire-timeout=1500ms", "dflockd.lease-ttl=7s",
                "dflockd.renew-ratio=0.25",
                "dflockd.safety-margin=300ms", "dflockd.connect-timeout=4s", "dflockd.response-timeout=6s",
                "dflockd.session-grace=0s").run(context -> {
                    var client = context.getBean(DflockdClient.class);
                    var options = options(client);
                    assertThat(options.acquireTimeout()).isEqualTo(Duration.ofMillis(1_500));
                    assertThat(options.leaseTtl()).isEqualTo(Duration.ofSeconds(7));
                    assertThat(options.renewRatio()).isEqualTo(0.25);
                    assertThat(options.safetyMargin()).isEqualTo(Duration.ofMillis(300));
                    assertThat(options.connection().connectTimeout()).isEqualTo(Duration.ofSeconds(4));
                    assertThat(options.connection().responseTimeout()).isEqualTo(Duration.ofSeconds(6));
                    try (var one = client.lock("one").acquire(); var two = client.lock("two").acquire()) {
                        assertThat(one.isValid() && two.isValid()).isTrue();
                        assertThat(client.metrics().connections().open()).isEqualTo(2); // without a session, one for each
                    }
                });
    }

    @Test
    void whatIsNotSetIsAsTheClientHasIt() throws Exception {
        runner().run(context -> {
            var options = options(context.getBean(DflockdClient.class));
            var defaults = HandleOptions.defaults();
            assertThat(options.acquireTimeout()).isEqualTo(defaults.acquireTimeout());
            assertThat(options.leaseTtl()).isEqualTo(defaults.leaseTtl());
            assertThat(options.renewRatio()).isEqualTo(defaults.renewRatio());
            assertThat(options.safetyMargin()).isEqualTo(defaults.safetyMargin());
            assertThat(options.connection().connectTimeout()).isEqualTo(defaults.connection().connectTimeout());
            assertThat(options.connection().responseTimeout()).isEqualTo(defaults.connection().responseTimeout());
        });
    }

    private String nameAtTheServer(ApplicationContextRunner runner) {
        var names = new ArrayList<String>();
        runner.run(context -> {
            try (Lease lease = context.getBean(DflockdClient.class).lock("named").acquire();
                    var connection = Connection.dial("127.0.0.1:" + server.address().getPort())) {
                connection.authenticate(ADMIN);
                names.add(connection.holds().holders(lease.key()));
            }
        });
        return names.get(0);
    }

    @Test
    void theClientIsFoundByItsNameAtTheServer() throws Exception {
        var runner = runner();
        var host = java.net.InetAddress.getLocalHost().getHostName();
        assertThat(nameAtTheServer(runner.withPropertyValues("spring.application.name=orders")))
                .contains("\"orders@" + (host.length() > 57 ? host.substring(0, 57) : host) + "\"");
        assertThat(nameAtTheServer(runner)).contains("\"java@");
        assertThat(nameAtTheServer(runner.withPropertyValues("spring.application.name=two words")))
                .contains("\"two_words@");
        assertThat(nameAtTheServer(runner.withPropertyValues("dflockd.client-name=mine"))).contains("\"mine\"");
        var longest = "a".repeat(64);
        assertThat(nameAtTheServer(runner.withPropertyValues("spring.application.name=" + longest + "bcd")))
                .contains("\"" + longest + "\"");
        runner.withPropertyValues("dflockd.client-name=" + longest + "b")
                .run(context -> assertThat(context).hasFailed().getFailure().rootCause().hasMessageContaining("64"));
    }

    @Configuration(proxyBeanMethods = false)
    static class Customizers {
        @Bean
        @Order(2)
        DflockdClientCustomizer last() {
            return builder -> builder.acquireTimeout(Duration.ofSeconds(22));
        }

        @Bean
        @Order(1)
        DflockdClientCustomizer first() {
            return builder -> builder.acquireTimeout(Duration.ofSeconds(11)).leaseTtl(Duration.ofSeconds(11));
        }
    }

    @Test
    void customizersComeAfterThePropertiesAndInTheirOrder() throws Exception {
        runner().withPropertyValues("dflockd.acquire-timeout=5s", "dflockd.lease-ttl=5s")
                .withUserConfiguration(Customizers.class)
                .run(context -> {
                    var options = options(context.getBean(DflockdClient.class));
                    assertThat(options.acquireTimeout()).isEqualTo(Duration.ofSeconds(22));
                    assertThat(options.leaseTtl()).isEqualTo(Duration.ofSeconds(11));
                });
    }

    static class Jobs {
        @WithLock(key = "orders/#{#id}")
        public long run(long id) {
            return io.dflockd.spring.CurrentLease.fence();
        }

        @WithLock(key = "orders/#{#id}", waitAtMost = "0s", onBusy = WithLock.OnBusy.SKIP)
        public long tryToRun(long id) {
            return io.dflockd.spring.CurrentLease.fence();
        }
    }

    @Test
    void aClientOfTheUsersIsTheOneThatLocks() throws Exception {
        var runner = runner();
        var own = DflockdClient.builder().server("127.0.0.1:" + server.address().getPort()).name("own").build();
        runner.withPropertyValues("dflockd.server=127.0.0.1:1")
                .withBean("myClient", DflockdClient.class, () -> own)
                .withBean(Jobs.class)
                .run(context -> {
                    assertThat(context).hasSingleBean(DflockdClient.class);
                    assertThat(context.getBean(Jobs.class).run(7)).isPositive();
                    assertThat(own.metrics().acquisitions().granted()).isEqualTo(1);
                });
    }

    @Test
    void observersOfTheUsersSeeWhatIsAcquired() throws Exception {
        var seen = new CopyOnWriteArrayList<String>();
        runner().withBean(ClientObserver.class, () -> new ClientObserver() {
            @Override
            public Attempt acquiring(String key, LeaseMode mode, Duration wait, ServerAddress asked) {
                seen.add(key);
                return Attempt.NONE;
            }
        }).withBean(Jobs.class).run(context -> {
            context.getBean(Jobs.class).run(7);
            assertThat(seen).containsExactly("orders/7");
        });
    }

    private static ObservationRegistry observing(MeterRegistry meters) {
        var registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        return registry;
    }

    private static ApplicationContextRunner metered(ApplicationContextRunner runner, MeterRegistry meters) {
        return runner.withBean(MeterRegistry.class, () -> meters)
                .withBean(ObservationRegistry.class, () -> observing(meters))
                .withBean(Jobs.class);
    }

    @Test
    void aTimerHasEachAcquisitionAndOneThatIsSkipped() throws Exception {
        var meters = new SimpleMeterRegistry();
        metered(runner(), meters).run(context -> {
            var jobs = context.getBean(Jobs.class);
            assertThat(jobs.run(7)).isPositive();
            try (var other = context.getBean(DflockdClient.class).lock("orders/7").acquire()) {
                assertThat(other.isValid()).isTrue();
                assertThat(jobs.tryToRun(7)).isZero();
            }
            var named = meters.get("dflockd.client.acquire").tag("name", "orders/#{#id}");
            assertThat(named.tag("outcome", "granted").timer().count()).isEqualTo(1);
            assertThat(meters.get("dflockd.client.acquire")
                    .tag("name", "orders/#{#id}")
                    .tag("outcome", "skipped")
                    .timer()
                    .count()).isEqualTo(1);
        });
    }

    @Test
    void keysThatNoMethodHasAreNamedByTheirGroups() throws Exception {
        var meters = new SimpleMeterRegistry();
        metered(runner(), meters).withPropertyValues("dflockd.metrics.name-groups=orders/,jobs.").run(context -> {
            var client = context.getBean(DflockdClient.class);
            context.getBean(Jobs.class).run(7);
            for (var key : List.of("orders/7", "orders/8", "jobs.a", "else")) {
                client.lock(key).acquire().close();
            }
            assertThat(names(meters)).containsExactly("*", "jobs.*", "orders/#{#id}", "orders/*");
        });
    }

    private static Set<String> names(MeterRegistry meters) {
        var names = new TreeSet<String>();
        meters.get("dflockd.client.hold").timers().forEach(timer -> names.add(timer.getId().getTag("name")));
        return names;
    }

    @Test
    void aNamingAndAConventionOfTheUsersReplaceOurs() throws Exception {
        var meters = new SimpleMeterRegistry();
        metered(runner(), meters).withBean(KeyNaming.class, () -> KeyNaming.beforeFirst('/'))
                .withBean(AcquireConvention.class, () -> new AcquireConvention() {
                    @Override
                    public String getName() {
                        return "my.locks";
                    }

                    @Override
                    public String getContextualName(AcquireContext context) {
                        return "mine";
                    }
                })
                .run(context -> {
                    context.getBean(Jobs.class).run(7);
                    assertThat(names(meters)).containsExactly("orders");
                    assertThat(meters.get("my.locks").tag("name", "orders").timer().count()).isEqualTo(1);
                    assertThat(meters.find("dflockd.client.acquire").timer()).isNull();
                });
    }
}
