package io.dflockd.cli.load;

import io.dflockd.protocol.DurationForm;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Verb;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One run of a workload: connects, warms up, measures, and ends with every connection closed and nothing held. Used once;
 * {@link #stop} may come from any thread.
 */
public final class Load {
    /** How long a waiter waits for its turn. */
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Longer than any answer to a lock command. */
    private static final int SHORT_BYTES = 4 * 1024;
    private static final int LONG_BYTES = 64 * 1024;

    private final Plan plan;
    private final Servers servers;
    private final Listener listener;
    private final Meter meter;
    private final Exclusion exclusion;
    private final Histogram latencies = Meter.newHistogram();
    private volatile boolean isStopped;

    public Load(Plan plan, Servers servers, Listener listener) {
        this.plan = plan;
        this.servers = servers;
        this.listener = listener;
        this.meter = new Meter(plan.operations());
        this.exclusion = new Exclusion(plan.leaseSeconds());
    }

    /** Hears once a second how it goes. */
    @FunctionalInterface
    public interface Listener {
        void progress(Progress progress);
    }

    /**
     * The last second or so.
     *
     * @param total how long the phase is to take; null where nobody knows
     * @param latencies of this interval, in nanoseconds; empty in the warm-up
     */
    public record Progress(boolean isMeasured, Duration elapsed, @Nullable Duration total, double intervalSeconds,
            Histogram latencies, long failures) {}

    /** Ends the run soon; what was measured until now is the outcome. */
    public void stop() {
        isStopped = true;
        meter.end();
    }

    /**
     * Runs it, and returns when all is closed: a few seconds after its end at the latest.
     *
     * @throws io.dflockd.client.error.ConnectionFailedException when not every connection could be made
     */
    public Outcome run() throws InterruptedException {
        try (var crew = new Crew(meter)) {
            open(crew);
            phase(plan.warmUp(), false);
            meter.measure();
            phase(plan.duration(), true);
            meter.end();
            crew.finish(GRACE);
        }
        latencies.add(meter.interval());
        return new Outcome(meter.measuredSeconds(), latencies.getTotalCount(), latencies,
                meter.failures().byKind(), exclusion.violations(), exclusion.first(), isStopped);
    }

    private void phase(@Nullable Duration length, boolean isMeasured) throws InterruptedException {
        long start = System.nanoTime();
        long total = length == null ? Long.MAX_VALUE : length.toNanos();
        long reported = 0;
        for (long elapsed = 0; elapsed < total; elapsed = System.nanoTime() - start) {
            if (meter.awaitEnd(Math.min(total - elapsed, reported + REPORT_NANOS - elapsed))) {
                return;
            }
            long now = System.nanoTime() - start;
            if (now - reported >= REPORT_NANOS) {
                var interval = meter.interval();
                latencies.add(interval);
                listener.progress(new Progress(isMeasured, Duration.ofNanos(now), length, (now - reported) / NANOS,
                        interval, meter.failures().total() + exclusion.violations()));
                reported = now;
            }
        }
    }

    private void open(Crew crew) {
        switch (plan.workload()) {
            case PAIRS -> start(crew, SHORT_BYTES, servers::ofConnection, ANSWER, (number, wire) -> new Pairs(number,
                    meter, pace(number), wire, acquires(number, plan.locks())));
            case CONTENDED -> {
                var acquire = acquire(plan.prefix(), WAIT);
                start(crew, SHORT_BYTES, anyClient -> servers.of(plan.prefix()), ANSWER.plus(WAIT),
                        (number, wire) -> new Contender(number, meter, pace(number), wire, acquire, exclusion));
            }
            case PIPELINED -> start(crew, LONG_BYTES, servers::ofConnection, ANSWER, (number, wire) -> new Pipeline(
                    number, meter, pace(number), wire, acquires(number, plan.window())));
            case SIGNALS -> broadcast(crew);
        }
    }

    private void broadcast(Crew crew) {
        var broadcast = new Broadcast(plan.prefix(), plan.connections());
        IntFunction<Endpoint> endpoint = anyClient -> servers.of(plan.prefix());
        var opening = new Opening(meter, LONG_BYTES + plan.payloadBytes());
        var subscribers = opening.open(plan.subscribers(), endpoint,
                (number, wire) -> Subscriber.listening(number, meter, wire, broadcast));
        crew.start(subscribers);
        start(crew, SHORT_BYTES, endpoint, ANSWER, (number, wire) -> new Publisher(meter, pace(number), wire,
                broadcast, plan.window(), plan.payloadBytes()));
    }

    private <W extends Worker> void start(Crew crew, int bufferBytes, IntFunction<Endpoint> endpoints,
            Duration answerWithin, Opening.Step<W> step) {
        crew.start(new Opening(meter, bufferBytes).open(plan.connections(), endpoints, (number, wire) -> {
            wire.answerWithin(answerWithin);
            return step.workerOn(number, wire);
        }));
    }

    private Pace pace(int number) {
        return new Pace(meter, plan.perSecond(), number, plan.connections());
    }

    private List<Request.Acquire> acquires(int connection, int count) {
        return servers.keysFor(connection, plan.prefix(), count)
                .stream()
                .map(key -> acquire(key, Duration.ZERO))
                .toList();
    }

    private Request.Acquire acquire(String key, Duration wait) {
        return new Request.Acquire(Verb.LOCK, key, wait.toMillis(), 1, TimeUnit.SECONDS.toMillis(plan.leaseSeconds()),
                DurationForm.SECONDS);
    }
}
