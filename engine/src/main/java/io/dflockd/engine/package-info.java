/**
 * The rules of dflockd as a deterministic state machine: an {@link io.dflockd.engine.Action} goes in, effects come out.
 *
 * <p>The engine fetches nothing. Time, randomness and the order of the commands come with the entries, so two engines
 * that saw the same entries are equal to the byte of their snapshots, and the same machine serves one process in memory
 * or many behind a replicated log. It has no threads and takes no locks: its driver calls it from one thread at a time.
 *
 * <p>Read {@link io.dflockd.engine.Engine} first; it is the table of contents. Each feature is a class of its own beside
 * it. Keys and tokens are strings of octets: each {@code char} stands for one byte.
 */
@NullMarked
package io.dflockd.engine;

import org.jspecify.annotations.NullMarked;
