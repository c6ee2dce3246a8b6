package io.dflockd.opentelemetry;

import io.dflockd.client.ClientMetrics;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.error.LossReason;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import io.opentelemetry.api.metrics.ObservableMeasurement;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * What a client counts, as metrics that begin with {@code dflockd.client.}. Read at each collection from
 * {@link DflockdClient#metrics}, so that nothing is added to any request. Does not keep the client reachable; tells nothing
 * any more once it is closed.
 */
public final class OpenTelemetryClientMetrics implements AutoCloseable {
    private final Meter meter;
    private final Attributes attributes;
    private final List<ObservableMeasurement> instruments = new ArrayList<>();
    private final List<BiConsumer<ClientMetrics, Attributes>> readings = new ArrayList<>();
    private final BatchCallback callback;

    public OpenTelemetryClientMetrics(OpenTelemetry telemetry, DflockdClient client) {
        this(telemetry, client, Attributes.empty());
    }

    /** @param attributes of every metric, for programs with several clients */
    public OpenTelemetryClientMetrics(OpenTelemetry telemetry, DflockdClient client, Attributes attributes) {
        this(telemetry, whileReachable(client), attributes);
    }

    /** @param source gives nothing where there is nothing to tell any more */
    OpenTelemetryClientMetrics(OpenTelemetry telemetry, Supplier<Optional<ClientMetrics>> source,
            Attributes attributes) {
        this.meter = telemetry.getMeter(Names.SCOPE);
        this.attributes = attributes;
        level("connections", "{connection}", "connections that are open", now -> now.connections().open());
        counter("connections.opened", "{connection}", "connections that came about", now -> now.connections().opened());
        counter("connections.failed", "{connection}", "attempts to connect that came to nothing",
                now -> now.connections().failed());
        var sessions = instrument("sessions", "{session}", "sessions that got a new connection");
        reading(sessions, Names.OUTCOME, "resumed", now -> now.connections().resumed());
        reading(sessions, Names.OUTCOME, "lost", now -> now.connections().sessionsLost());
        level("requests.in.flight", "{request}", "requests that wait for their answers",
                now -> now.requests().inFlight());
        counter("requests", "{request}", "requests that were sent", now -> now.requests().sent());
        counter("requests.late", "{request}", "answers that did not come in time", now -> now.requests().late());
        level("leases", "{lease}", "leases that are held", now -> now.leases().held());
        var renewals = instrument("renewals", "{renewal}", "renewals of leases");
        reading(renewals, Names.OUTCOME, "ok", now -> now.leases().renewed());
        reading(renewals, Names.OUTCOME, "failed", now -> now.leases().renewalsFailed());
        var lost = instrument("leases.lost", "{lease}", "leases that were lost");
        for (var reason : LossReason.values()) {
            reading(lost, Names.REASON, reason.name().toLowerCase(Locale.ROOT),
                    now -> now.leases().lost().getOrDefault(reason, 0L));
        }
        counter("events.delivered", "{event}", "signals and events that came into the streams",
                now -> now.events().delivered());
        counter("events.dropped", "{event}", "signals and events that found a stream full",
                now -> now.events().dropped());
        this.callback = meter.batchCallback(() -> source.get().ifPresent(this::read), instruments.get(0),
                instruments.subList(1, instruments.size()).toArray(ObservableMeasurement[]::new));
    }

    private static Supplier<Optional<ClientMetrics>> whileReachable(DflockdClient client) {
        var reference = new WeakReference<>(client);
        return () -> Optional.ofNullable(reference.get()).map(DflockdClient::metrics);
    }

    private void read(ClientMetrics now) {
        readings.forEach(reading -> reading.accept(now, attributes));
    }

    private void level(String name, String unit, String what, ToLongFunction<ClientMetrics> value) {
        var instrument = meter.upDownCounterBuilder("dflockd.client." + name)
                .setUnit(unit)
                .setDescription(what)
                .buildObserver();
        instruments.add(instrument);
        readings.add((now, all) -> instrument.record(value.applyAsLong(now), all));
    }

    private void counter(String name, String unit, String what, ToLongFunction<ClientMetrics> value) {
        var instrument = instrument(name, unit, what);
        readings.add((now, all) -> instrument.record(value.applyAsLong(now), all));
    }

    private ObservableLongMeasurement instrument(String name, String unit, String what) {
        var instrument = meter.counterBuilder("dflockd.client." + name)
                .setUnit(unit)
                .setDescription(what)
                .buildObserver();
        instruments.add(instrument);
        return instrument;
    }

    private void reading(ObservableLongMeasurement instrument, AttributeKey<String> key, String own,
            ToLongFunction<ClientMetrics> value) {
        readings.add((now, all) -> instrument.record(value.applyAsLong(now),
                all.toBuilder().put(key, own).build()));
    }

    @Override
    public void close() {
        callback.close();
    }
}
