/**
 * What the tests of several modules share: a raw client, a network that can be told to fail, and waiting
 * for events.
 */
@NullMarked
package io.dflockd.testkit;

import org.jspecify.annotations.NullMarked;
