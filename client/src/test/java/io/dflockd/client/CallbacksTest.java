package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.internal.Threads;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where code of users runs. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CallbacksTest {
    private final FakeServer server = new FakeServer();
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void close() {
        end.countDown();
        server.close();
    }

    @Test
    void callbackThatBlocksOnADirectExecutorHoldsBackNeitherTimerNorReader() throws Exception {
        var blocked = new CountDownLatch(2);
        try (var client = DflockdClient.builder()
                .server(server.address())
                .leaseTtl(Duration.ofSeconds(1))
                .callbackExecutor(Runnable::run)
                .onRenewError(failure -> blocked.countDown())
                .onLost((lease, reason) -> {
                    blocked.countDown();
                    awaitQuietly(end);
                })
                .build()) {
            var waiting = client.lock("a").acquireAsync(Duration.ofSeconds(5));
            var session = TaggedPeer.accept(server);
            session.send(session.expect("l", "a", "5 1") + " ok T1 1 7");
            waiting.join();
            session.send(session.expect("n", "a", "T1 1") + " error");
            assertThat(session.expectAny().get(0)).isEqualTo("r");
            assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();

            var other = client.counters().incrementAsync("c", 1);
            session.send(session.expect("incr", "c", "1") + " ok 1");

            assertThat(other.get(10, TimeUnit.SECONDS)).isEqualTo(1);
            end.countDown();
            server.close();
        }
    }

    @Test
    void manyCallbacksThatBlockTakeABoundedNumberOfThreads() throws Exception {
        int tasks = 3_000;
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        var done = new CountDownLatch(tasks);
        var full = new CountDownLatch(64);

        for (int i = 0; i < tasks; i++) {
            Threads.runOn(Threads.callbacks(), () -> {
                threads.add(Thread.currentThread());
                full.countDown();
                awaitQuietly(end);
                done.countDown();
            });
        }
        assertThat(full.await(10, TimeUnit.SECONDS)).isTrue();
        end.countDown();

        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(threads).hasSize(64);
    }

    static List<Function<DflockdClient, CompletableFuture<?>>> calls() {
        return List.of(
                client -> client.counters().incrementAsync("k", 1),
                client -> client.values().getAsync("k"),
                client -> client.lists().lengthAsync("k"),
                client -> client.barriers().awaitAsync("k", 2, Duration.ofSeconds(1)),
                client -> client.lock("k").tryAcquireAsync(Duration.ofSeconds(1)),
                client -> client.lock("k").enqueueAsync(),
                client -> client.election("k").campaignAsync(Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void futuresOfAllKindsCompleteOnTheExecutor(Function<DflockdClient, CompletableFuture<?>> call) {
        var ran = new CompletableFuture<String>();
        try (var client = DflockdClient.builder().server(server.address()).callbackExecutor(task -> {
            var thread = new Thread(task, "mine");
            thread.setDaemon(true);
            thread.start();
        }).build()) {
            var future = call.apply(client)
                    .handle((value, failure) -> ran.complete(Thread.currentThread().getName()));
            assertThat(TaggedPeer.accept(server).expectAny().get(1)).isEqualTo("k");

            assertThat(future.join()).isTrue();
            assertThat(ran.join()).isEqualTo("mine");
            server.close();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
