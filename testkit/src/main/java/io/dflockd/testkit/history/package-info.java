/**
 * What clients did and saw, and whether that can have been: {@link io.dflockd.testkit.history.History} records, and
 * {@link io.dflockd.testkit.history.Findings} says what is wrong. The rules of what is used are in the calls:
 * {@link io.dflockd.testkit.history.CounterCall}, {@link io.dflockd.testkit.history.ValueCall},
 * {@link io.dflockd.testkit.history.ListCall} and {@link io.dflockd.testkit.history.HoldCall}. Each key is looked at alone
 * ({@link io.dflockd.testkit.history.Linearizability}), and what holds over all of them besides.
 */
@NullMarked
package io.dflockd.testkit.history;

import org.jspecify.annotations.NullMarked;
