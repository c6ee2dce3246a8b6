package io.dflockd.micrometer;

import io.dflockd.client.Lease;
import io.dflockd.client.error.LossReason;
import io.dflockd.client.spi.ClientObserver;
import io.dflockd.client.spi.KeyNaming;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How long holds last: the timer {@code dflockd.client.hold} with the tags {@code kind}, {@code name} and {@code end}, which is
 * {@code released} or why it was lost; and, of those that have not ended, how many there are and how long they have lasted: the
 * long task timer {@code dflockd.client.hold.active}. For {@code DflockdClient.builder().observer(…)}.
 */
public final class HoldTimer implements ClientObserver {
    private static final int MOST_NAMES = 100;

    private final MeterRegistry registry;
    private final KeyNaming naming;
    private final Map<Lease, Holding> holds = new ConcurrentHashMap<>();

    private record Holding(Tags tags, LongTaskTimer.Sample active) {}

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
    public void began(Lease lease) {
        var tags = Tags.of("kind", lease.mode().name().toLowerCase(Locale.ROOT), "name", naming.nameOf(lease.key()));
        holds.put(lease, new Holding(tags, LongTaskTimer.builder("dflockd.client.hold.active")
                .description("holds that have not ended")
                .tags(tags)
                .register(registry)
                .start()));
    }

    @Override
    public void ended(Lease lease, @Nullable LossReason reason, Duration held) {
        @Nullable Holding holding = holds.remove(lease);
        if (holding == null) {
            return; // its beginning could not be written down, which was logged
        }
        holding.active().stop();
        Timer.builder("dflockd.client.hold")
                .description("how long holds last")
                .tags(holding.tags())
                .tag("end", reason == null ? "released" : reason.name().toLowerCase(Locale.ROOT))
                .register(registry)
                .record(held);
    }
}
