/** A server for tests: {@link io.dflockd.test.DflockdTestServer}. */
@NullMarked
package io.dflockd.test;

import org.jspecify.annotations.NullMarked;
