package io.dflockd.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.cli.load.Load;
import io.dflockd.cli.load.Workload;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BenchProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(bytes, true, UTF_8);

    @Test
    void fileGetsALineEachSecond() {
        var progress = new BenchProgress(err, false, Workload.PAIRS);

        progress.progress(second(false, 1, Duration.ofSeconds(2)));
        progress.progress(second(true, 3, Duration.ofSeconds(10)));
        progress.progress(second(true, 4, null));
        progress.clear();

        assertThat(bytes.toString(UTF_8)).isEqualTo("""
                warm-up 1 of 2 s, errors 7
                3 of 10 s: 2 pairs/s, p50 1 µs, p99 3 µs, errors 7
                4 s: 2 pairs/s, p50 1 µs, p99 3 µs, errors 7
                """);
    }

    @Test
    void terminalGetsOneLineThatIsWrittenAgainAndTakenAwayAtTheEnd() {
        var progress = new BenchProgress(err, true, Workload.SIGNALS);

        progress.progress(second(true, 3, Duration.ofSeconds(10)));
        progress.clear();

        assertThat(bytes.toString(UTF_8))
                .isEqualTo("\r3 of 10 s: 2 deliveries/s, p50 1 µs, p99 3 µs, errors 7\u001b[K\r\u001b[K");
    }

    private static Load.Progress second(boolean isMeasured, int elapsed, @Nullable Duration total) {
        var latencies = new Histogram(3);
        latencies.recordValue(1000);
        latencies.recordValue(3000);
        return new Load.Progress(isMeasured, Duration.ofSeconds(elapsed), total, 1, latencies, 7);
    }
}
