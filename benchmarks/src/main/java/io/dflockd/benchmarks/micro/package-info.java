/** JMH benchmarks of the parts: codec, engine, client. {@code bin/jmh} runs them. */
@NullMarked
package io.dflockd.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
