/**
 * A real server for tests: {@link io.dflockd.junit.DflockdTest} with JUnit 5 or 6, and
 * {@link io.dflockd.junit.DflockdServers#start} without.
 */
@NullMarked
package io.dflockd.junit;

import org.jspecify.annotations.NullMarked;
