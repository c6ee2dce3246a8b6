/** The servers that can be measured, as processes of their own, and the raw clients that speak to them. */
@NullMarked
package io.dflockd.benchmarks.target;

import org.jspecify.annotations.NullMarked;
