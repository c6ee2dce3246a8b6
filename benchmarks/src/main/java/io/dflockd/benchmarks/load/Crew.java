package io.dflockd.benchmarks.load;

import io.dflockd.benchmarks.target.Garbage;
import io.dflockd.benchmarks.target.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Lets workers loose on a server, each in a thread, and collects what they saw. The first failure fails the run. */
final class Crew {
    private static final Duration LONGEST_END = Duration.ofSeconds(10);

    private final Server server;
    private final Phase phase = new Phase();
    private final List<Worker> workers;
    private final List<Sample> samples = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Crew(Server server, List<? extends Worker> workers) {
        this.server = server;
        this.workers = List.copyOf(workers);
    }

    /** Runs them for the planned time and closes them. */
    Measurement run(Plan plan) throws IOException, InterruptedException {
        var threads = start();
        try {
            sleep(plan.warmUp());
            var garbage = server.garbage();
            double cpu = server.cpuSeconds();
            long start = System.nanoTime();
            phase.measure();
            sleep(plan.measured());
            phase.end();
            double seconds = (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
            cpu = server.cpuSeconds() - cpu;
            var allGarbage = server.garbage();
            join(threads);
            return collect(seconds, cpu, garbage.flatMap(before -> allGarbage.map(all -> all.since(before))));
        } finally {
            phase.end();
            for (var worker : workers) {
                worker.close();
            }
        }
    }

    private List<Thread> start() {
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < workers.size(); i++) {
            var worker = workers.get(i);
            var sample = new Sample();
            samples.add(sample);
            threads.add(Thread.ofPlatform().daemon().name("load-" + i).start(() -> {
                try {
                    worker.run(phase, sample);
                } catch (IOException | InterruptedException | RuntimeException e) {
                    failure.compareAndSet(null, e);
                }
            }));
        }
        return threads;
    }

    private void sleep(Duration duration) throws IOException, InterruptedException {
        long end = System.nanoTime() + duration.toNanos();
        for (long rest = duration.toNanos(); rest > 0 && failure.get() == null; rest = end - System.nanoTime()) {
            Thread.sleep(Duration.ofNanos(Math.min(rest, TimeUnit.MILLISECONDS.toNanos(100))));
        }
        throwFailure();
    }

    private void join(List<Thread> threads) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LONGEST_END.toNanos();
        for (var thread : threads) {
            if (!thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
                throw new IOException(server.target().name() + " left a client without an answer");
            }
        }
        throwFailure();
    }

    private void throwFailure() throws IOException {
        var cause = failure.get();
        if (cause != null) {
            throw new IOException(server.target().name() + " failed: " + cause.getMessage(), cause);
        }
    }

    private Measurement collect(double seconds, double cpuSeconds, Optional<Garbage> garbage) {
        var latencies = Sample.newHistogram();
        long operations = 0;
        for (var sample : samples) {
            latencies.add(sample.latencies());
            operations += sample.operations();
        }
        return new Measurement(operations, seconds, latencies, cpuSeconds, garbage, Map.of());
    }
}
