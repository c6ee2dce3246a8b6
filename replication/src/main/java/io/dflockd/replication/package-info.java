/**
 * The log that survives: brings actions into one order, keeps them on disk and on other nodes, and has them applied.
 *
 * <p>Consensus is Apache Ratis, of which no type is in a public signature here.
 */
@NullMarked
package io.dflockd.replication;

import org.jspecify.annotations.NullMarked;
