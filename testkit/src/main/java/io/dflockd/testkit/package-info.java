/**
 * What the tests of several modules share: a raw client, a network that can be told to fail, waiting for events, and
 * histories of what clients saw ({@link io.dflockd.testkit.history}).
 */
@NullMarked
package io.dflockd.testkit;

import org.jspecify.annotations.NullMarked;
