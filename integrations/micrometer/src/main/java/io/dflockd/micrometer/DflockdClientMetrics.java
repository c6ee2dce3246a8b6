package io.dflockd.micrometer;

import io.dflockd.client.ClientMetrics;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.error.LossReason;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * What a client counts, as meters that begin with {@code dflockd.client.}. Read at each scrape from
 * {@link DflockdClient#metrics}, so that nothing is added to any request. The registry keeps the client reachable no longer
 * than its user does.
 */
public final class DflockdClientMetrics implements MeterBinder {
    private final DflockdClient client;
    private final Tags tags;

    public DflockdClientMetrics(DflockdClient client) {
        this(client, Tags.empty());
    }

    /** @param tags of every meter, for programs with several clients */
    public DflockdClientMetrics(DflockdClient client, Iterable<Tag> tags) {
        this.client = Objects.requireNonNull(client);
        this.tags = Tags.of(tags);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "connections", "connections that are open", now -> now.connections().open());
        counter(registry, "connections.opened", "connections that came about", now -> now.connections().opened());
        counter(registry, "connections.failed", "attempts to connect that came to nothing", now -> now.connections()
                .failed());
        counter(registry, "sessions", "sessions that got a new connection", Tags.of("outcome", "resumed"),
                now -> now.connections().resumed());
        counter(registry, "sessions", "sessions that got a new connection", Tags.of("outcome", "lost"),
                now -> now.connections().sessionsLost());
        gauge(registry, "requests.in.flight", "requests that wait for their answers", now -> now.requests().inFlight());
        counter(registry, "requests", "requests that were sent", now -> now.requests().sent());
        counter(registry, "requests.late", "answers that did not come in time", now -> now.requests().late());
        gauge(registry, "leases", "leases that are held", now -> now.leases().held());
        counter(registry, "renewals", "renewals of leases", Tags.of("outcome", "ok"), now -> now.leases().renewed());
        counter(registry, "renewals", "renewals of leases", Tags.of("outcome", "failed"), now -> now.leases()
                .renewalsFailed());
        for (var reason : LossReason.values()) {
            counter(registry, "leases.lost", "leases that were lost",
                    Tags.of("reason", reason.name().toLowerCase(Locale.ROOT)),
                    now -> now.leases().lost().getOrDefault(reason, 0L));
        }
        counter(registry, "events.delivered", "signals and events that came into the streams", now -> now.events()
                .delivered());
        counter(registry, "events.dropped", "signals and events that found a stream full", now -> now.events()
                .dropped());
    }

    private void gauge(MeterRegistry registry, String name, String what, ToDoubleFunction<ClientMetrics> value) {
        Gauge.builder("dflockd.client." + name, client, one -> value.applyAsDouble(one.metrics()))
                .description(what)
                .tags(tags)
                .register(registry);
    }

    private void counter(MeterRegistry registry, String name, String what, ToDoubleFunction<ClientMetrics> value) {
        counter(registry, name, what, Tags.empty(), value);
    }

    private void counter(MeterRegistry registry, String name, String what, Tags own,
            ToDoubleFunction<ClientMetrics> value) {
        FunctionCounter.builder("dflockd.client." + name, client, one -> value.applyAsDouble(one.metrics()))
                .description(what)
                .tags(tags)
                .tags(own)
                .register(registry);
    }
}
