package io.dflockd.benchmarks.load;

/** Where a run is. Written by one thread, read by those that make the load. */
final class Phase {
    private static final int WARM_UP = 0;
    private static final int MEASURED = 1;
    private static final int OVER = 2;

    private volatile int current = WARM_UP;

    boolean isRunning() {
        return current != OVER;
    }

    boolean isMeasured() {
        return current == MEASURED;
    }

    void measure() {
        current = MEASURED;
    }

    void end() {
        current = OVER;
    }
}
