package io.dflockd.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories; a failure names the seed that repeats it. {@link EngineSoak} runs more of them for longer. */
class RandomHistoryTest {
    private static final int ENTRIES = 5_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void whatMustAlwaysHoldHoldsAndEqualHistoriesGiveEqualEngines(long seed) throws IOException {
        var run = new CheckedRun(seed);

        run.run(ENTRIES);

        var replayed = run.newEngine();
        var recorder = new Recorder();
        for (int i = 0; i < run.entries().size(); i++) {
            assertThat(recorder.apply(replayed, run.entries().get(i))).isEqualTo(run.effects().get(i));
        }
        assertThat(Snapshots.bytesOf(replayed)).isEqualTo(Snapshots.bytesOf(run.engine()));
    }
}
