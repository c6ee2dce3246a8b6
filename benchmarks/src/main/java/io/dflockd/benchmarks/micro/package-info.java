/** JMH benchmarks of the parts: decoder, encoder, engine. {@code bin/jmh} runs them. */
@NullMarked
package io.dflockd.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
