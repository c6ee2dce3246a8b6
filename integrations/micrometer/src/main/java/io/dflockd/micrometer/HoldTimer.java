package io.dflockd.micrometer;

import io.dflockd.client.Lease;
import io.dflockd.client.error.LossReason;
import io.dflockd.client.spi.ClientObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How long holds last: the timer {@code dflockd.client.hold} with the tags {@code kind}, {@code name} and {@code end}, which is
 * {@code released} or why it was lost. For {@code DflockdClient.builder().observer(…)}.
 */
public final class HoldTimer implements ClientObserver {
    private static final int MOST_NAMES = 100;

    private final MeterRegistry registry;
    private final KeyNaming naming;

    /** With one name for all keys. */
    public HoldTimer(MeterRegistry registry) {
        this(registry, KeyNaming.same());
    }

    /** @param naming of which the first 100 different names are used, and {@link KeyNaming#OTHER} from then on */
    public HoldTimer(MeterRegistry registry, KeyNaming naming) {
        this.registry = Objects.requireNonNull(registry);
        this.naming = naming.atMost(MOST_NAMES);
    }

    @Override
    public void ended(Lease lease, @Nullable LossReason reason, Duration held) {
        Timer.builder("dflockd.client.hold")
                .description("how long holds last")
                .tag("kind", lease.mode().name().toLowerCase(Locale.ROOT))
                .tag("name", naming.nameOf(lease.key()))
                .tag("end", reason == null ? "released" : reason.name().toLowerCase(Locale.ROOT))
                .register(registry)
                .record(held);
    }
}
