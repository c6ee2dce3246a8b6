package io.dflockd.benchmarks.scaling;

import java.util.List;

/**
 * What one visit showed.
 *
 * @param count how many there were
 * @param emptyKib the server's resident memory after the warm-up, before they came
 * @param fullKib that with them
 */
record Findings(int count, int round, List<Reading> readings, long emptyKib, long fullKib) {
    Findings {
        readings = List.copyOf(readings);
    }
}
