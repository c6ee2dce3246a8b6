/**
 * Load for servers that hand out locks, run side by side: this server, a floor that only answers bytes, and Redis.
 * {@link io.dflockd.benchmarks.Bench} is the program, the other classes are its workloads and its targets.
 */
@NullMarked
package io.dflockd.benchmarks;

import org.jspecify.annotations.NullMarked;
