/**
 * A cluster of real processes, and how long its clients wait when the node that leads falls. The latter is run by
 * {@code bin/failover}; see {@link io.dflockd.acceptance.cluster.Failover}.
 */
package io.dflockd.acceptance.cluster;
