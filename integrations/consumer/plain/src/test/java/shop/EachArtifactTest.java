package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dflockd.client.DflockdClient;
import io.dflockd.junit.DflockdServers;
import io.dflockd.junit.DflockdTest;
import io.dflockd.liquibase.DflockdLockService;
import io.dflockd.micrometer.DflockdClientMetrics;
import io.dflockd.micrometer.HoldTimer;
import io.dflockd.opentelemetry.OpenTelemetryClientObserver;
import io.dflockd.shedlock.DflockdLockProvider;
import io.dflockd.spring.integration.DflockdLockRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import kotlin.coroutines.Continuation;
import liquibase.database.core.H2Database;
import liquibase.lockservice.LockServiceFactory;
import net.javacrumbs.shedlock.core.LockConfiguration;
import org.junit.jupiter.api.Test;

/** Something of each artifact is used, beside its framework. On Java 17 too, where the server is in a process of its own. */
@DflockdTest
class EachArtifactTest {
    @Test
    void junitAndClient(DflockdClient client, DflockdServers server) throws Exception {
        try (var lease = client.lock("a").acquire(Duration.ofSeconds(30))) {
            assertEquals(lease.fence(), server.holders("a").get(0).fence());
        }
    }

    @Test
    void kotlin() throws Exception {
        var functions = Class.forName("io.dflockd.kotlin.LeasesKt").getMethods();
        assertTrue(Stream.of(functions)
                .anyMatch(one -> one.getName().startsWith("withLease") && takesContinuation(one.getParameterTypes())));
    }

    private static boolean takesContinuation(Class<?>... parameters) {
        return parameters.length > 0 && parameters[parameters.length - 1].equals(Continuation.class);
    }

    @Test
    void liquibase() {
        assertInstanceOf(DflockdLockService.class, LockServiceFactory.getInstance().getLockService(new H2Database()));
    }

    @Test
    void micrometerAndOpenTelemetry(DflockdServers server) throws Exception {
        var meters = new SimpleMeterRegistry();
        try (var client = server.newClient(settings -> settings.observer(new HoldTimer(meters))
                .observer(new OpenTelemetryClientObserver(OpenTelemetry.noop())))) {
            new DflockdClientMetrics(client).bindTo(meters);
            try (var lease = client.lock("b").acquire(Duration.ofSeconds(30))) {
                assertTrue(lease.isValid());
                assertEquals(1, meters.get("dflockd.client.leases").gauge().value());
                assertEquals(1, meters.get("dflockd.client.hold.active").longTaskTimer().activeTasks());
            }
        }
    }

    @Test
    void shedLock(DflockdClient client) {
        var configuration = new LockConfiguration(Instant.now(), "c", Duration.ofMinutes(1), Duration.ZERO);
        var lock = new DflockdLockProvider(client).lock(configuration).orElseThrow();
        assertTrue(new DflockdLockProvider(client).lock(configuration).isEmpty());
        lock.unlock();
    }

    @Test
    void springIntegration(DflockdClient client, DflockdServers server) throws Exception {
        var lock = new DflockdLockRegistry(client, "d/").obtain("1");
        lock.lock();
        assertEquals(1, server.holders("d/1").size());
        lock.unlock();
    }
}
