package io.dflockd.micrometer;

import io.dflockd.client.Lease;
import io.dflockd.client.LeaseMode;
import io.dflockd.client.spi.ClientObserver;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CancellationException;

/**
 * One observation {@code dflockd.client.acquire} for each attempt to acquire, from before it is sent to the grant: a timer and
 * a span, as the handlers of the registry make them. Its parent is the observation of the thread that asks. Low-cardinality
 * key values are {@code kind}, {@code name} and {@code outcome} ({@code granted}, {@code timeout}, {@code cancelled},
 * {@code error}); {@code dflockd.key}, {@code dflockd.wait} and {@code dflockd.fence} are in spans alone. For
 * {@code DflockdClient.builder().observer(…)}.
 */
public final class ObservationClientObserver implements ClientObserver {
    private static final int MOST_NAMES = 100;

    private final ObservationRegistry registry;
    private final KeyNaming naming;

    /** With one name for all keys. */
    public ObservationClientObserver(ObservationRegistry registry) {
        this(registry, KeyNaming.same());
    }

    /** @param naming of which the first 100 different names are used, and {@link KeyNaming#OTHER} from then on */
    public ObservationClientObserver(ObservationRegistry registry, KeyNaming naming) {
        this.registry = Objects.requireNonNull(registry);
        this.naming = naming.atMost(MOST_NAMES);
    }

    @Override
    public Attempt acquiring(String key, LeaseMode mode, Duration wait) {
        if (registry.isNoop()) {
            return Attempt.NONE;
        }
        var name = naming.nameOf(key);
        var observation = Observation.createNotStarted("dflockd.client.acquire", registry)
                .contextualName("acquire " + name)
                .lowCardinalityKeyValue("kind", mode.name().toLowerCase(Locale.ROOT))
                .lowCardinalityKeyValue("name", name)
                .highCardinalityKeyValue("dflockd.key", key)
                .highCardinalityKeyValue("dflockd.wait", wait.toString())
                .start();
        return new Observed(observation);
    }

    private record Observed(Observation observation) implements Attempt {
        @Override
        public void granted(Lease lease) {
            observation.highCardinalityKeyValue("dflockd.fence", Long.toString(lease.fence()));
            end("granted");
        }

        @Override
        public void notGranted() {
            end("timeout");
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
            observation.lowCardinalityKeyValue("outcome", outcome).stop();
        }
    }
}
