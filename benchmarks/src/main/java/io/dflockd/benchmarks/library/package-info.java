/** Locks as threads take them through a client library: ours, and those of the peers, behind one face. */
@NullMarked
package io.dflockd.benchmarks.library;

import org.jspecify.annotations.NullMarked;
