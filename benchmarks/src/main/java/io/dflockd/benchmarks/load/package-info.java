/** The workloads. Each is a closed loop: a client asks again when it has its answer. */
@NullMarked
package io.dflockd.benchmarks.load;

import org.jspecify.annotations.NullMarked;
