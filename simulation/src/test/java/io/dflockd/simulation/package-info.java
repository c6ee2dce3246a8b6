/**
 * Nodes and their clients in virtual time, one thread, by seeds. {@link io.dflockd.simulation.SimulatedRun} is one run and
 * the place to begin: {@link io.dflockd.simulation.RaftGroup} keeps what Raft promises,
 * {@link io.dflockd.simulation.ServerNode} is a process with the real driver, handler and engine over
 * {@link io.dflockd.simulation.SimulatedJournal}, {@link io.dflockd.simulation.NamedClient} and
 * {@link io.dflockd.simulation.PlainClient} do what a {@link io.dflockd.simulation.Program} wants,
 * {@link io.dflockd.simulation.Faults} disturbs, {@link io.dflockd.simulation.Witness} looks into the log.
 */
package io.dflockd.simulation;
