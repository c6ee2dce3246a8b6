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
    /** The usual warm-up and settling, and so long a measurement of each series. */
    static Pace measuring(Duration measured) {
        return new Pace(Duration.ofMillis(1000), Duration.ofMillis(250), measured);
    }
}
