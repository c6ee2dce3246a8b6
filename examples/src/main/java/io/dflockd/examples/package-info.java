/**
 * Worked examples: each class is a program with two or three roles, and {@code bin/example} starts a server and a
 * process for each role. Begin with {@link io.dflockd.examples.WorkQueue}.
 */
@NullMarked
package io.dflockd.examples;

import org.jspecify.annotations.NullMarked;
