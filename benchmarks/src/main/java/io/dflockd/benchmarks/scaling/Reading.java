package io.dflockd.benchmarks.scaling;

/**
 * What one series showed at one point in one round.
 *
 * @param series which operation, asked for how
 * @param rate operations a second
 * @param cpuMicros the server's processor time for one of them, without its compilers'
 */
record Reading(String series, double rate, double p50Micros, double p99Micros, double cpuMicros) {}
