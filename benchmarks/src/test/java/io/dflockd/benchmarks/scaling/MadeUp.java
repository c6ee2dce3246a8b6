package io.dflockd.benchmarks.scaling;

import java.util.List;

/** Results that nobody measured. */
final class MadeUp {
    static final String FLAT = "flat";
    static final String GROWING = "growing";

    private static final long MIB = 1024 * 1024;

    private MadeUp() {}

    /** Three rounds at 1, 10, 100 and 1,000 keys; {@link #GROWING} costs as many µs as the number has digits, and the round. */
    static AxisResults results() {
        var results = new AxisResults(new Keys());
        for (int round = 1; round <= 3; round++) {
            for (int count = 1; count <= 1000; count *= 10) {
                var flat = new Reading(FLAT, 500_000, 60, 200, 1.5);
                int digits = Integer.toString(count).length();
                var growing = new Reading(GROWING, 100_000.0 / digits, 100, 900, digits + round);
                var empty = new Memory(100 * MIB, 5 * MIB);
                var full = new Memory(100 * MIB + 300L * count, 5 * MIB + 200L * count);
                results.add(new Findings(count, round, List.of(flat, growing), empty, full));
            }
        }
        return results;
    }
}
