/**
 * The fault matrix: every kind of hold under every fault that can be made on one machine, with a second who waits for it
 * and one clock for both. Run by {@code bin/faults}; begin with {@link io.dflockd.acceptance.faults.Trial}, which says
 * what must hold, and {@link io.dflockd.acceptance.faults.Draw}, which says what is tried.
 */
package io.dflockd.acceptance.faults;
