package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Whoever gives up in the moment in which it is granted leaves nothing held, though nobody knows of the grant.
 * {@code -Dgivenup.seconds=N} tries for longer.
 */
class GivenUpIT {
    private static final int THREADS = 4;
    private static final int KEYS = 64;
    private static final int LONGEST_NANOS = 400_000;
    private static final Duration WAIT = Duration.ofSeconds(20);

    private final long seconds = Long.getLong("givenup.seconds", 4);

    @Test
    void whatIsGivenUpAsItIsGrantedIsFree() throws Exception {
        try (var server = ServerProcess.start();
                // By the end of its lease it would be free by itself.
                var client = DflockdClient.builder()
                        .server(server.address())
                        .leaseTtl(Duration.ofMinutes(10))
                        .build()) {
            var pool = Executors.newFixedThreadPool(THREADS);
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                running.add(pool.submit(() -> {
                    giveUp(client, thread);
                    return null;
                }));
            }
            pool.shutdown();
            for (var one : running) {
                one.get(seconds + 60, TimeUnit.SECONDS);
            }

            assertThat(held(client)).isEmpty();
        }
    }

    private void giveUp(DflockdClient client, int thread) throws InterruptedException, ExecutionException {
        var random = new SplittableRandom(thread);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (int i = 0; System.nanoTime() < end; i++) {
            var wanted = client.lock(key(thread, i % KEYS)).tryAcquireAsync(WAIT);
            long until = System.nanoTime() + random.nextInt(LONGEST_NANOS);
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            if (!wanted.cancel(false)) {
                wanted.get().orElseThrow().release();
            }
        }
    }

    /** The keys that somebody has, also after what was given up last has gone back. */
    private static List<String> held(DflockdClient client) throws InterruptedException {
        var held = new ArrayList<String>();
        for (int thread = 0; thread < THREADS; thread++) {
            for (int i = 0; i < KEYS; i++) {
                var lease = client.lock(key(thread, i)).tryAcquire(Duration.ofSeconds(2));
                if (lease.isPresent()) {
                    lease.get().close();
                } else {
                    held.add(key(thread, i));
                }
            }
        }
        return held;
    }

    private static String key(int thread, int i) {
        return "given-up/" + thread + "/" + i;
    }
}
