package io.dflockd.benchmarks;

import java.io.IOException;
import java.time.Duration;

/** Something to do to a server for a while. */
interface Workload {
    /** How the tables call it. */
    String name();

    /** Whether it makes sense with this kind of server. */
    boolean suits(Target.Kind kind);

    /** Runs for the warm-up and then for the time that counts. */
    Result run(Target target, Duration warmUp, Duration measured) throws IOException, InterruptedException;

    /**
     * What was measured.
     *
     * @param p50Micros 0 where no latency was measured
     * @param cpuSecondsPer100k processor time of the server for 100,000 operations
     */
    record Result(double operationsPerSecond, double p50Micros, double p99Micros, double cpuSecondsPer100k) {}
}
