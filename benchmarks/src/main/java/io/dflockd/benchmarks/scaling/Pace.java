package io.dflockd.benchmarks.scaling;

import java.time.Duration;

/**
 * How long things take at a point.
 *
 * @param warmUp before anything is measured, for the server's compiler
 * @param settling before each series
 * @param measured of each series
 */
record Pace(Duration warmUp, Duration settling, Duration measured) {
    /** Longer warm-ups and settling for longer measurements, but no shorter than what a server needs. */
    static Pace measuring(Duration measured) {
        return new Pace(Duration.ofMillis(1000), Duration.ofMillis(300), measured);
    }
}
