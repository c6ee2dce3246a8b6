package io.dflockd.client;

import static io.dflockd.client.FakeServer.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client's requests come to when its connections break, wherever they do. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ResumptionTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int AT_ONCE = 24;
    /** More than all requests of one round are long, resumption included. */
    private static final int REQUEST_BYTES = 340;
    private static final int ANSWER_BYTES = 150;

    @Test
    void requestsAreExecutedOnceWhereverTheirBytesBreakOff() {
        forEach(REQUEST_BYTES, cut -> round(server -> server.cutAfter(cut + 1, CountingServer.NEVER)));
    }

    @Test
    void answersAreReadOnceWhereverTheirBytesBreakOff() {
        forEach(ANSWER_BYTES, cut -> round(server -> server.cutAfter(CountingServer.NEVER, cut + 1)));
    }

    @Test
    void resumptionMayBreakOffWhereverItLikes() {
        forEach(REQUEST_BYTES, cut -> round(server -> {
            server.cutNextAfter(cut + 1, CountingServer.NEVER);
            server.cutAfter(25, CountingServer.NEVER);
        }));
        forEach(ANSWER_BYTES + 100, cut -> round(server -> {
            server.cutNextAfter(CountingServer.NEVER, cut + 1);
            server.cutAfter(CountingServer.NEVER, 5);
        }));
    }

    @Test
    void manyBreaksInARowLoseAndRepeatNothing() {
        forEach(60, seed -> round(server -> {
            var random = new SplittableRandom(seed);
            for (int i = random.nextInt(8); i > 0; i--) {
                boolean reading = random.nextBoolean();
                int bytes = 1 + random.nextInt(200);
                server.cutNextAfter(reading ? bytes : CountingServer.NEVER, reading ? CountingServer.NEVER : bytes);
            }
            server.cutAfter(1 + random.nextInt(100), 1 + random.nextInt(60));
        }));
    }

    @Test
    void waitGoesOnWithoutItsConnection() {
        try (var server = new CountingServer(); var client = DflockdClient.connect(server.address())) {
            var popping = client.lists().popLeftAsync("q", LONG);
            eventually(() -> server.executed().size() == 1);

            server.breakAll();
            client.lists().pushRightAsync("q", "x").join();

            assertThat(popping.join()).contains("x");
            assertThat(server.executed()).containsExactly("1 blpop q", "2 rpush q");
        }
    }

    @Test
    void waitIsCancelledAlsoWhileThereIsNoConnection() {
        try (var server = new CountingServer(); var client = DflockdClient.connect(server.address())) {
            var popping = client.lists().popLeftAsync("q", LONG);
            eventually(() -> server.executed().size() == 1);

            server.breakAll();
            popping.cancel(false);

            eventually(() -> server.executed().equals(List.of("1 blpop q", "2 cancel ")));
            assertThat(client.lists().pushRightAsync("q", "x").join()).isEqualTo(1);
            assertThat(client.lists().popLeftAsync("q").join()).contains("x");
            assertThat(server.violations()).isEmpty();
        }
    }

    @Test
    void holdLivesOnOverTheNextConnection() throws Exception {
        try (var server = new CountingServer(); var client = DflockdClient.connect(server.address())) {
            var lease = client.lock("job").acquire(LONG);

            server.breakAll();
            client.counters().incrementAsync("c", 1).join();

            assertThat(lease.isValid()).isTrue();
            lease.close();
            eventually(() -> server.executed().contains("3 r job"));
            assertThat(server.violations()).isEmpty();
        }
    }

    @Test
    void lastAnswersAreAcknowledgedBeforeTheSessionEnds() {
        try (var server = new CountingServer()) {
            var client = DflockdClient.connect(server.address());
            client.counters().incrementAsync("c", 1).join();
            assertThat(server.owedAnswers()).isEqualTo(1);

            client.close();

            assertThat(server.owedAnswers()).isZero();
            assertThat(server.violations()).isEmpty();
        }
    }

    /** Requests of every kind, written at once, each of which must have been executed once and answered right. */
    private static void round(Harm harm) {
        try (var server = new CountingServer(); var client = DflockdClient.connect(server.address())) {
            client.lists().pushRightAsync("q", "before").join();
            harm.to(server);

            var popping = client.lists().popLeftAsync("waited", LONG);
            var counts = new ArrayList<CompletableFuture<Long>>();
            counts.add(client.counters().incrementAsync("c", 1));
            var popped = client.lists().popLeftAsync("q");
            counts.add(client.counters().incrementAsync("c", 1));
            var pushed = client.lists().pushRightAsync("waited", "value");
            counts.add(client.counters().incrementAsync("c", 1));
            var read = client.counters().getAsync("c");
            var again = client.lists().popLeftAsync("q");

            assertThat(counts.stream().map(CompletableFuture::join)).containsExactly(1L, 2L, 3L);
            assertThat(popped.join()).contains("before");
            assertThat(again.join()).isEmpty();
            assertThat(pushed.join()).isEqualTo(1);
            assertThat(popping.join()).contains("value");
            assertThat(read.join()).isEqualTo(3);
            assertThat(server.violations()).isEmpty();
            assertThat(server.executed()).containsExactlyInAnyOrder("1 rpush q", "2 blpop waited", "3 incr c",
                    "4 lpop q", "5 incr c", "6 rpush waited", "7 incr c", "8 get c", "9 lpop q");
        }
    }

    private static void forEach(int count, IntConsumer round) {
        var pool = Executors.newFixedThreadPool(AT_ONCE);
        IntFunction<CompletableFuture<Void>> start = i -> CompletableFuture.runAsync(() -> {
            try {
                round.accept(i);
            } catch (Throwable e) {
                throw new AssertionError("round " + i, e);
            }
        }, pool);
        try {
            var all = IntStream.range(0, count).mapToObj(start).toList();
            all.forEach(CompletableFuture::join);
        } finally {
            pool.shutdownNow();
        }
    }

    /** What is done to the connections of a server. */
    private interface Harm {
        void to(CountingServer server);
    }
}
