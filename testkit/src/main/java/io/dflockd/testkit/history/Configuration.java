package io.dflockd.testkit.history;

import java.util.BitSet;

/**
 * What a search has reached: which operations are done and the state after them.
 *
 * @param base below it all known operations are done
 * @param window which of those from there on
 * @param taken which of those of unknown outcome
 */
record Configuration(int base, BitSet window, BitSet taken, Object state) {}
