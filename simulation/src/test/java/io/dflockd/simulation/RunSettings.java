package io.dflockd.simulation;

import io.dflockd.engine.EngineLimits;
import java.util.SplittableRandom;

/**
 * What kind of run it is.
 *
 * @param nodes how many there are
 * @param slice how much the engines do in one step
 * @param limits of the engines
 * @param isTight whether the limits are so narrow that some of what is asked is refused, and sessions are set aside
 * @param isLong whether all takes long: leases, graces, pauses
 */
record RunSettings(int nodes, int slice, EngineLimits limits, boolean isTight, boolean isLong) {
    private static final int[] NODES = {3, 3, 3, 5, 1};
    private static final int[] SLICES = {1, 2, 5, 1024, 1024, 1024};
    private static final long MOST_GRACE_MS = 60_000;
    private static final double TIGHT = 0.15;
    private static final double LONG = 0.04;

    static RunSettings draw(SplittableRandom random) {
        boolean tight = random.nextDouble() < TIGHT;
        int bytes = random.nextInt(20_000, 60_000);
        var limits = tight
                ? new EngineLimits(10, 2, 4, 3, 3, bytes, 1 << 20, 7, MOST_GRACE_MS, true, 5_000, 10_000)
                : new EngineLimits(10_000, 0, 0, 0, 0, 64L << 20, 1 << 20, 1_000, MOST_GRACE_MS, true, 5_000, 10_000);
        return new RunSettings(NODES[random.nextInt(NODES.length)], SLICES[random.nextInt(SLICES.length)], limits,
                tight,
                random.nextDouble() < LONG);
    }
}
