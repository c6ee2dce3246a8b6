package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session is taken up again without loss and without repetition, however many answers are under way. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ManyAnswersTest {
    /** In the middle of the answers, far from their beginning. */
    private static final int CUT_BYTES = 40_000;

    @ParameterizedTest
    @ValueSource(ints = {4_500, 30_000})
    void callsRunOnce(int calls) {
        try (var server = new CountingServer(); var client = DflockdClient.connect(server.address())) {
            client.counters().incrementAsync("warm-up", 1).join();
            server.cutAfter(CountingServer.NEVER, CUT_BYTES);

            var counts = IntStream.range(0, calls)
                    .mapToObj(i -> client.counters().incrementAsync("c", 1))
                    .toList();

            assertThat(counts.stream().map(CompletableFuture::join))
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, calls).boxed().toList());
            assertThat(client.counters().getAsync("c").join()).isEqualTo(calls);
            assertThat(server.connectionCount()).isGreaterThan(1);
            assertThat(server.violations()).isEmpty();
        }
    }

    @Test
    void tenThousandValuesArePoppedOnce() {
        int values = 10_000;
        try (var server = new CountingServer(); var client = DflockdClient.connect(server.address())) {
            IntStream.range(0, values)
                    .mapToObj(i -> client.lists().pushRightAsync("q", "v" + i))
                    .toList()
                    .forEach(CompletableFuture::join);
            server.cutAfter(CountingServer.NEVER, CUT_BYTES);
            server.cutNextAfter(CountingServer.NEVER, CUT_BYTES);

            var popped = IntStream.range(0, values).mapToObj(i -> client.lists().popLeftAsync("q")).toList();

            var all = new HashSet<String>();
            assertThat(popped.stream().flatMap(value -> Stream.of(value.join().orElseThrow()))).allMatch(all::add);
            assertThat(all).hasSize(values);
            assertThat(server.connectionCount()).isGreaterThan(1);
            assertThat(server.violations()).isEmpty();
        }
    }
}
