package io.dflockd.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;

/**
 * Blocking clients, a connection each. Uncontended: each takes and releases its own 16 keys in turn, and an operation is
 * the pair. Contended: all want one key, and an operation is a hand-over to another client; exclusion is checked.
 */
record Pairs(String name, int clients, boolean contended) implements Workload {
    private static final int KEYS = 16;
    private static final long MAX_NANOS = 60_000_000_000L;

    @Override
    public boolean suits(Target.Kind kind) {
        return !contended || kind != Target.Kind.FLOOR;
    }

    @Override
    public Result run(Target target, Duration warmUp, Duration measured) throws IOException, InterruptedException {
        var phase = new AtomicInteger();
        var failures = new ConcurrentLinkedQueue<Exception>();
        var inside = new AtomicInteger();
        var last = new AtomicInteger(-1);
        var histograms = new ArrayList<Histogram>();
        var done = new CountDownLatch(clients);
        for (int i = 0; i < clients; i++) {
            var histogram = new Histogram(MAX_NANOS, 3);
            histograms.add(histogram);
            int number = i;
            Thread.ofPlatform().daemon().start(() -> {
                try (var client = LockClient.open(target)) {
                    load(client, number, phase, histogram, inside, last);
                } catch (IOException | RuntimeException e) {
                    failures.add(e);
                } finally {
                    done.countDown();
                }
            });
        }
        Thread.sleep(warmUp.toMillis());
        double cpu = target.cpuSeconds();
        long start = System.nanoTime();
        phase.set(1);
        Thread.sleep(measured.toMillis());
        phase.set(2);
        double seconds = (System.nanoTime() - start) / 1e9;
        cpu = target.cpuSeconds() - cpu;
        done.await();
        if (!failures.isEmpty()) {
            throw new IOException(name, failures.element());
        }
        var all = new Histogram(MAX_NANOS, 3);
        histograms.forEach(all::add);
        long count = all.getTotalCount();
        return new Result(count / seconds, all.getValueAtPercentile(50) / 1e3, all.getValueAtPercentile(99) / 1e3,
                cpu / count * 100_000);
    }

    private void load(LockClient client, int number, AtomicInteger phase, Histogram histogram, AtomicInteger inside,
            AtomicInteger last) throws IOException {
        for (int turn = 0; phase.get() < 2; turn++) {
            var key = contended ? "one" : "k" + number + "." + turn % KEYS;
            boolean counts = phase.get() == 1;
            long start = System.nanoTime();
            var another = new boolean[]{true};
            client.locked(key, () -> {
                if (contended) {
                    if (inside.incrementAndGet() != 1) {
                        throw new IllegalStateException("two clients hold one lock");
                    }
                    another[0] = last.getAndSet(number) != number;
                    inside.decrementAndGet();
                }
            });
            if (counts && another[0]) {
                histogram.recordValue(Math.min(MAX_NANOS, System.nanoTime() - start));
            }
        }
    }
}
