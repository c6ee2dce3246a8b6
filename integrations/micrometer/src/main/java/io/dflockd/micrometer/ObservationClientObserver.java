package io.dflockd.micrometer;

import io.dflockd.client.Lease;
import io.dflockd.client.LeaseMode;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.spi.ClientObserver;
import io.dflockd.client.spi.KeyNaming;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;

/**
 * One observation {@code dflockd.client.acquire} for each attempt to acquire, from before it is sent to the grant: a timer and
 * a span, as the handlers of the registry make them. Its parent is the observation of the thread that asks. Low-cardinality
 * key values are {@code kind}, {@code name} and {@code outcome}: {@code granted}, {@code timeout}, {@code skipped} (a try that
 * does not wait, and found it taken), {@code cancelled}, {@code error}. In spans alone are {@code dflockd.key},
 * {@code dflockd.wait.timeout} (seconds), {@code dflockd.fence}, {@code server.address} and {@code server.port}. For
 * {@code DflockdClient.builder().observer(…)}.
 */
public final class ObservationClientObserver implements ClientObserver {
    private static final int MOST_NAMES = 100;

    private final ObservationRegistry registry;
    private final KeyNaming naming;
    private final AcquireConvention convention;

    /** With one name for all keys. */
    public ObservationClientObserver(ObservationRegistry registry) {
        this(registry, KeyNaming.same());
    }

    /** @param naming of which the first 100 different names are used, and {@link KeyNaming#OTHER} from then on */
    public ObservationClientObserver(ObservationRegistry registry, KeyNaming naming) {
        this(registry, naming, new AcquireConvention());
    }

    /** @param convention names the observations; the registry may have one that goes before it */
    public ObservationClientObserver(ObservationRegistry registry, KeyNaming naming, AcquireConvention convention) {
        this.registry = Objects.requireNonNull(registry);
        this.naming = naming.atMost(MOST_NAMES);
        this.convention = Objects.requireNonNull(convention);
    }

    @Override
    public Attempt acquiring(String key, LeaseMode mode, Duration wait, ServerAddress server) {
        if (registry.isNoop()) {
            return Attempt.NONE;
        }
        var context = new AcquireContext(key, naming.nameOf(key), mode, wait, server);
        return new Observed(Observation.start(null, convention, () -> context, registry), context);
    }

    private record Observed(Observation observation, AcquireContext context) implements Attempt {
        @Override
        public void granted(Lease lease) {
            context.granted(lease);
            observation.stop();
        }

        @Override
        public void notGranted() {
            end(context.waitAtMost().isZero() ? "skipped" : "timeout");
        }

        @Override
        public void failed(Throwable cause) {
            if (cause instanceof CancellationException || cause instanceof InterruptedException) {
                end("cancelled");
            } else {
                observation.error(cause);
                end("error");
            }
        }

        private void end(String outcome) {
            context.ended(outcome);
            observation.stop();
        }
    }
}
