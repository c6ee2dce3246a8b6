package io.dflockd.benchmarks.scaling;

import java.util.List;

/**
 * What one visit showed.
 *
 * @param count how many there were
 * @param empty the server's memory after the warm-up, before they came
 * @param full that with them
 */
record Findings(int count, int round, List<Reading> readings, Memory empty, Memory full) {
    Findings {
        readings = List.copyOf(readings);
    }
}
