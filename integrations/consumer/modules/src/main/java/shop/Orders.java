package shop;

import io.dflockd.client.DflockdClient;
import io.dflockd.kotlin.LeasesKt;
import io.dflockd.micrometer.DflockdClientMetrics;
import io.dflockd.opentelemetry.OpenTelemetryClientObserver;
import io.dflockd.protocol.Verb;
import io.dflockd.shedlock.DflockdLockProvider;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.javacrumbs.shedlock.core.LockConfiguration;

/** Something of each module is used. */
final class Orders {
    static final List<Class<?>> USED = List.of(DflockdClient.class, LeasesKt.class, DflockdClientMetrics.class,
            OpenTelemetryClientObserver.class, Verb.class, DflockdLockProvider.class);

    private Orders() {}

    static OpenTelemetryClientObserver observer() {
        return new OpenTelemetryClientObserver(OpenTelemetry.noop());
    }

    /** How many leases the client looks after meanwhile; what ShedLock has is kept by the server. */
    static double pack(DflockdClient client) throws InterruptedException {
        var meters = new SimpleMeterRegistry();
        new DflockdClientMetrics(client).bindTo(meters);
        var nightly = new DflockdLockProvider(client).lock(
                new LockConfiguration(Instant.now(), "nightly", Duration.ofMinutes(1), Duration.ZERO)).orElseThrow();
        try (var lease = client.lock("orders/7").acquire(Duration.ofSeconds(30))) {
            return lease.isValid() ? meters.get("dflockd.client.leases").gauge().value() : 0;
        } finally {
            nightly.unlock();
        }
    }
}
