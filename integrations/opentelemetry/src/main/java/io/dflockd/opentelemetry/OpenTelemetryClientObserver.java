package io.dflockd.opentelemetry;

import io.dflockd.client.Lease;
import io.dflockd.client.LeaseMode;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.LossReason;
import io.dflockd.client.spi.ClientObserver;
import io.dflockd.client.spi.KeyNaming;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A span {@code acquire NAME} for each attempt to acquire, from before it is sent to the grant, whose parent is the context of
 * the thread that asks; and the histograms {@code dflockd.client.acquire.duration} and {@code dflockd.client.hold.duration}, in
 * seconds. For {@code DflockdClient.builder().observer(…)}.
 *
 * <p>Attributes of the span are {@code dflockd.key}, {@code dflockd.kind}, {@code dflockd.name},
 * {@code dflockd.wait.timeout} (seconds), {@code server.address}, {@code server.port}, {@code dflockd.outcome}
 * ({@code granted}, {@code timeout}, {@code skipped} for a try that does not wait and found it taken, {@code cancelled},
 * {@code error}), {@code dflockd.fence} of what was granted, {@code error.type} of an error. The histograms have kind, name and
 * outcome (or {@code dflockd.end}, {@code released} or why it was lost), never a key.
 */
public final class OpenTelemetryClientObserver implements ClientObserver {
    private static final int MOST_NAMES = 100;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final List<Double> ACQUIRES = List.of(.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1., 2.5, 5.,
            10.,
            30., 60.);
    private static final List<Double> HOLDS = List.of(.001, .01, .1, 1., 5., 10., 30., 60., 300., 600., 1800., 3600.);

    private final Tracer tracer;
    private final KeyNaming naming;
    private final boolean showsHolds;
    private final DoubleHistogram acquires;
    private final DoubleHistogram holds;
    private final Map<Lease, Holding> held = new ConcurrentHashMap<>();

    private record Holding(Attributes attributes, Span span) {}

    /** With one name for all keys, and no spans of holds. */
    public OpenTelemetryClientObserver(OpenTelemetry telemetry) {
        this(telemetry, KeyNaming.same());
    }

    /** @param naming of which the first 100 different names are used, and {@link KeyNaming#OTHER} from then on */
    public OpenTelemetryClientObserver(OpenTelemetry telemetry, KeyNaming naming) {
        this(telemetry, naming, false);
    }

    /**
     * @param showsHolds whether each hold is a span {@code hold NAME} too. It may last longer than the trace in which it was
     *        acquired, so that it begins a trace of its own, with a link to the attempt
     */
    public OpenTelemetryClientObserver(OpenTelemetry telemetry, KeyNaming naming, boolean showsHolds) {
        this.tracer = telemetry.getTracer(Names.SCOPE);
        this.naming = naming.atMost(MOST_NAMES);
        this.showsHolds = showsHolds;
        var meter = telemetry.getMeter(Names.SCOPE);
        this.acquires = meter.histogramBuilder("dflockd.client.acquire.duration")
                .setUnit("s")
                .setDescription("how long attempts to acquire last")
                .setExplicitBucketBoundariesAdvice(ACQUIRES)
                .build();
        this.holds = meter.histogramBuilder("dflockd.client.hold.duration")
                .setUnit("s")
                .setDescription("how long holds last")
                .setExplicitBucketBoundariesAdvice(HOLDS)
                .build();
    }

    @Override
    public Attempt acquiring(String key, LeaseMode mode, Duration wait, ServerAddress server) {
        var attributes = attributes(mode, naming.nameOf(key));
        var span = tracer.spanBuilder("acquire " + attributes.get(Names.NAME))
                .setSpanKind(SpanKind.CLIENT)
                .setAllAttributes(attributes)
                .setAttribute(Names.KEY, key)
                .setAttribute(Names.WAIT, seconds(wait))
                .setAttribute(Names.SERVER, server.host())
                .setAttribute(Names.PORT, (long) server.port())
                .startSpan();
        return new Attempting(attributes, wait, span, Context.current().with(span), System.nanoTime());
    }

    @Override
    public void began(Lease lease) {
        var attributes = attributes(lease.mode(), naming.nameOf(lease.key()));
        held.put(lease, new Holding(attributes, showsHolds ? span(lease, attributes) : Span.getInvalid()));
    }

    private Span span(Lease lease, Attributes attributes) {
        return tracer.spanBuilder("hold " + attributes.get(Names.NAME))
                .setNoParent()
                .setAllAttributes(attributes)
                .setAttribute(Names.KEY, lease.key())
                .setAttribute(Names.FENCE, lease.fence())
                .setAttribute(Names.SERVER, lease.server().host())
                .setAttribute(Names.PORT, (long) lease.server().port())
                .startSpan();
    }

    @Override
    public void ended(Lease lease, @Nullable LossReason reason, Duration duration) {
        @Nullable Holding holding = held.remove(lease);
        if (holding == null) {
            return; // its beginning could not be written down, which was logged
        }
        var end = reason == null ? "released" : reason.name().toLowerCase(Locale.ROOT);
        var span = holding.span();
        span.setAttribute(Names.END, end);
        if (reason != null) {
            span.setStatus(StatusCode.ERROR, "lost: " + end);
        }
        span.end();
        holds.record(seconds(duration), holding.attributes().toBuilder().put(Names.END, end).build(),
                Context.root().with(span));
    }

    private static Attributes attributes(LeaseMode mode, String name) {
        return Attributes.of(Names.KIND, mode.name().toLowerCase(Locale.ROOT), Names.NAME, name);
    }

    private static double seconds(Duration duration) {
        return duration.getSeconds() + duration.getNano() / NANOS_PER_SECOND;
    }

    private final class Attempting implements Attempt {
        private final Attributes attributes;
        private final Duration wait;
        private final Span span;
        private final Context context;
        private final long begun;

        Attempting(Attributes attributes, Duration wait, Span span, Context context, long begun) {
            this.attributes = attributes;
            this.wait = wait;
            this.span = span;
            this.context = context;
            this.begun = begun;
        }

        @Override
        public void granted(Lease lease) {
            span.setAttribute(Names.FENCE, lease.fence());
            @Nullable Holding holding = held.get(lease);
            if (holding != null) {
                holding.span().addLink(span.getSpanContext());
            }
            end("granted", attributes);
        }

        @Override
        public void notGranted() {
            end(wait.isZero() ? "skipped" : "timeout", attributes);
        }

        @Override
        public void failed(Throwable cause) {
            if (cause instanceof CancellationException || cause instanceof InterruptedException) {
                end("cancelled", attributes);
                return;
            }
            var type = Objects.requireNonNullElse(cause.getClass().getCanonicalName(), cause.getClass().getName());
            span.recordException(cause);
            span.setStatus(StatusCode.ERROR, Objects.requireNonNullElse(cause.getMessage(), type));
            span.setAttribute(Names.ERROR, type);
            end("error", attributes.toBuilder().put(Names.ERROR, type).build());
        }

        private void end(String outcome, Attributes all) {
            span.setAttribute(Names.OUTCOME, outcome);
            span.end();
            acquires.record((System.nanoTime() - begun) / NANOS_PER_SECOND,
                    all.toBuilder().put(Names.OUTCOME, outcome).build(),
                    context);
        }
    }
}
