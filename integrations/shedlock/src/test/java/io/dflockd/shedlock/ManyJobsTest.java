package io.dflockd.shedlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import net.javacrumbs.shedlock.core.DefaultLockingTaskExecutor;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import org.junit.jupiter.api.Test;

/** 200 jobs that four nodes want to run at any moment; {@code -Dshedlock.seconds=60} makes a soak of it. */
class ManyJobsTest {
    private static final int JOBS = 200;
    private static final int NODES = 4;
    private static final int THREADS = 4;
    private static final Duration SPAN = Duration.ofSeconds(Integer.getInteger("shedlock.seconds", 3));
    private static final Duration MOST = Duration.ofMinutes(1);
    private static final Duration LEAST = Duration.ofMillis(40);
    private static final long NEVER = Long.MIN_VALUE;
    private static final long LONGEST_WORK_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    /** A job as a checker sees it. */
    private static final class Watched {
        private int running;
        private long lastAsked = NEVER;
        private long runs;
        private final List<String> faults = new ArrayList<>();

        /** @param asked when the lock was asked for, from which on its least time counts */
        synchronized void begin(long asked) {
            if (++running > 1) {
                faults.add(running + " run at once");
            }
            var since = lastAsked == NEVER ? LEAST : Duration.ofNanos(System.nanoTime() - lastAsked);
            if (since.compareTo(LEAST) < 0) {
                faults.add("runs again after " + since);
            }
            lastAsked = asked;
            runs++;
        }

        synchronized void end() {
            running--;
        }
    }

    @Test
    void noJobRunsTwiceAtOnceOrAgainTooSoon() throws Exception {
        var jobs = new ArrayList<Watched>();
        for (int i = 0; i < JOBS; i++) {
            jobs.add(new Watched());
        }
        var skipped = new AtomicLong();
        var clients = new ArrayList<DflockdClient>();
        var threads = Executors.newFixedThreadPool(NODES * THREADS);
        try (var server = DflockdServer
                .start(ServerConfig.builder().set(Setting.PORT, "0").set(Setting.ADMIN_PORT, "off").build())) {
            long until = System.nanoTime() + SPAN.toNanos();
            var runs = new ArrayList<Future<?>>();
            for (int i = 0; i < NODES * THREADS; i++) {
                if (i % THREADS == 0) {
                    clients.add(DflockdClient.connect("127.0.0.1:" + server.address().getPort()));
                }
                var own = new DflockdLockProvider(clients.get(i / THREADS));
                // Half of the nodes in the one way, half in the other: they keep each other out.
                LockProvider provider = i / THREADS % 2 == 0 ? own : own.releaseOnCrash();
                var random = new Random(i);
                runs.add(threads.submit(() -> {
                    while (System.nanoTime() < until) {
                        runOne(provider, random, jobs, skipped);
                    }
                }));
            }
            for (var run : runs) {
                run.get(SPAN.toSeconds() + 60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
            clients.forEach(DflockdClient::close);
        }

        long all = jobs.stream().mapToLong(job -> job.runs).sum();
        assertThat(jobs.stream().flatMap(job -> job.faults.stream())).as("of %d runs", all).isEmpty();
        assertThat(jobs.stream().map(job -> job.runs)).as("each job ran").allMatch(runs -> runs > 0);
        assertThat(skipped.get()).as("some were kept out").isPositive();
    }

    private static void runOne(LockProvider provider, Random random, List<Watched> jobs, AtomicLong skipped) {
        int number = random.nextInt(JOBS);
        var job = jobs.get(number);
        var done = new boolean[1];
        long asked = System.nanoTime();
        new DefaultLockingTaskExecutor(provider).executeWithLock((Runnable) () -> {
            done[0] = true;
            job.begin(asked);
            LockSupport.parkNanos(random.nextLong(LONGEST_WORK_NANOS));
            job.end();
        }, new LockConfiguration(Instant.now(), "job-" + number, MOST, LEAST));
        if (!done[0]) {
            skipped.incrementAndGet();
        }
    }
}
