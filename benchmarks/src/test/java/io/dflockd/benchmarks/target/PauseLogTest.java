package io.dflockd.benchmarks.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PauseLogTest {
    @Test
    void pausesOfEveryCollectorCountAndConcurrentWorkDoesNot() {
        var log = """
                [12.345s][info][gc] GC(3) Pause Young (Allocation Failure) 14M->2M(247M) 0.812ms
                [12.346s][info][gc] GC(4) Pause Young (Normal) (G1 Evacuation Pause) 24M->5M(64M) 3.200ms
                [12.347s][info][gc,phases] GC(4)   Pre Evacuate Collection Set: 0.1ms
                [12.348s][info][gc] GC(5) Concurrent Mark Cycle 5.012ms
                [12.349s][info][gc] GC(5) Pause Remark 12M->12M(64M) 1.000ms
                [12.350s][info][gc,phases] GC(6) Y: Pause Mark Start 0.010ms
                """;

        var pauses = PauseLog.pausesMs(log.lines());

        assertThat(pauses).isEqualTo(List.of(0.812, 3.2, 1.0, 0.01));
    }

    @Test
    void garbageSinceIsWhatCameLater() {
        var earlier = new Garbage(1_000, List.of(9.0));
        var later = new Garbage(5_000, List.of(9.0, 1.5, 2.5));

        var between = later.since(earlier);

        assertThat(between.allocatedBytes()).isEqualTo(4_000);
        assertThat(between.pausedMs()).isEqualTo(4.0);
        assertThat(between.longestPauseMs()).isEqualTo(2.5);
    }
}
