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
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What a client counts, as meters that begin with {@code dflockd.client.}. Read at each scrape from
 * {@link DflockdClient#metrics}, so that nothing is added to any request. The registry keeps the client reachable no longer
 * than its user does.
 */
public final class DflockdClientMetrics implements MeterBinder {
    private static final String PREFIX = "dflockd.client.";

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
        new Binding<>(registry, tags, client, DflockdClient::metrics).bind();
    }

    /**
     * The meters of one source in one registry.
     *
     * @param source which the registry does not keep reachable
     */
    record Binding<T>(MeterRegistry registry, Tags tags, T source, Function<T, ClientMetrics> now) {
        void bind() {
            gauge("connections", "connections that are open", metrics -> metrics.connections().open());
            counter("connections.opened", "connections that came about", metrics -> metrics.connections().opened());
            counter("connections.failed", "attempts to connect that came to nothing",
                    metrics -> metrics.connections().failed());
            counter("sessions", "sessions that got a new connection", Tags.of("outcome", "resumed"),
                    metrics -> metrics.connections().resumed());
            counter("sessions", "sessions that got a new connection", Tags.of("outcome", "lost"),
                    metrics -> metrics.connections().sessionsLost());
            gauge("requests.in.flight", "requests that wait for their answers",
                    metrics -> metrics.requests().inFlight());
            counter("requests", "requests that were sent", metrics -> metrics.requests().sent());
            counter("requests.late", "answers that did not come in time", metrics -> metrics.requests().late());
            gauge("leases", "leases that are held", metrics -> metrics.leases().held());
            counter("renewals", "renewals of leases", Tags.of("outcome", "ok"), metrics -> metrics.leases().renewed());
            counter("renewals", "renewals of leases", Tags.of("outcome", "failed"),
                    metrics -> metrics.leases().renewalsFailed());
            for (var reason : LossReason.values()) {
                counter("leases.lost", "leases that were lost",
                        Tags.of("reason", reason.name().toLowerCase(Locale.ROOT)),
                        metrics -> metrics.leases().lost().getOrDefault(reason, 0L));
            }
            counter("events.delivered", "signals and events that came into the streams",
                    metrics -> metrics.events().delivered());
            counter("events.dropped", "signals and events that found a stream full",
                    metrics -> metrics.events().dropped());
        }

        private void gauge(String name, String what, ToDoubleFunction<ClientMetrics> value) {
            var reading = now; // not this, which knows the source
            Gauge.builder(PREFIX + name, source, one -> value.applyAsDouble(reading.apply(one)))
                    .description(what)
                    .tags(tags)
                    .register(registry);
        }

        private void counter(String name, String what, ToDoubleFunction<ClientMetrics> value) {
            counter(name, what, Tags.empty(), value);
        }

        private void counter(String name, String what, Tags own, ToDoubleFunction<ClientMetrics> value) {
            var reading = now;
            FunctionCounter.builder(PREFIX + name, source, one -> value.applyAsDouble(reading.apply(one)))
                    .description(what)
                    .tags(tags)
                    .tags(own)
                    .register(registry);
        }
    }
}
