/**
 * Clients that mean harm, or are merely broken, against the real server with a small heap, each beside an honest one that
 * must not notice. {@link io.dflockd.acceptance.hostile.Arena} is where they meet; the attacks themselves are in classes
 * named for what they wear out, so that {@link io.dflockd.acceptance.hostile.RandomHostility} can mix them.
 */
package io.dflockd.acceptance.hostile;
