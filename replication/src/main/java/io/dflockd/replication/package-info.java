/**
 * The log that survives: brings actions into one order, keeps them on disk and on other nodes, and has them applied.
 *
 * <p>Consensus is Apache Ratis, of which no type is in a public signature here. Read {@code LogMachine} first: it takes out
 * of the log what is committed.
 *
 * <ul>
 * <li>What is in the log: {@code Batch}, {@code BatchCodec}, {@code ActionCodec}, {@code OutcomeCodec} (a row a kind), over
 * {@code BatchOutput} and {@code BatchInput}; {@code Proposal} is one on its way, {@code BatchOrder} sees that none is
 * missing, {@code Checkpoints} that all come to the same state, {@code LogClock} gives it its time.
 * <li>What is on the disk: {@code DataFolder} and {@code Identity} (whose it is), {@code LogCheck} and {@code LogRest} (is it
 * whole), {@code SnapshotFile} and {@code SnapshotStorage}, written when {@code SnapshotPlan} says so, of a large state by a
 * {@code ShadowEngine}; all that has a name at once is a {@code DurableFile}.
 * <li>Who takes part: a {@code Voter} is Ratis on a folder, as a {@code LoneVoter} without a network or a {@code ClusterVoter}
 * with others ({@code Peers}), whom it first gets to know ({@code FirstStart}, {@code Introduction}) through the one
 * {@code PeerDoor}, behind {@code PeerSecurity}. {@code Members} is what an operator can do; {@code KeptLog} what stays for
 * those that are behind.
 * <li>How Ratis is set up: {@code RaftSettings}.
 * </ul>
 */
@NullMarked
package io.dflockd.replication;

import org.jspecify.annotations.NullMarked;
