/**
 * What an operation costs while there is more and more of something that it does not touch. {@link Axis} is what there is
 * more of, {@link Visit} one measurement at one number of it, {@link AxisResults} what came out; {@link Scaling} runs all.
 */
@NullMarked
package io.dflockd.benchmarks.scaling;

import org.jspecify.annotations.NullMarked;
