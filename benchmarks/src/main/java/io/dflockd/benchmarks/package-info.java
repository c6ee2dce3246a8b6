/**
 * Measures this server beside others. {@link io.dflockd.benchmarks.Bench} is the program; it runs the workloads of
 * {@code load} against the servers of {@code target} in turn, so that what disturbs one disturbs all.
 */
@NullMarked
package io.dflockd.benchmarks;

import org.jspecify.annotations.NullMarked;
