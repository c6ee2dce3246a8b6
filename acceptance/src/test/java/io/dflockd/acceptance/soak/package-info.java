/**
 * Many clients in several processes take turns under a few locks while processes are killed and stopped, and a witness
 * watches. Run by {@code bin/soak}; see {@link io.dflockd.acceptance.soak.Soak}.
 */
package io.dflockd.acceptance.soak;
