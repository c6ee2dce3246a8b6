package io.dflockd.service.stats;

import io.dflockd.engine.Measures;

/**
 * What can be told by numbers of the service and its engine, as of one moment.
 *
 * @param traffic what was asked and told, which changes no more
 * @param connectedSessions the sessions with a name that a connection speaks for
 * @param busyNanos for how long the engine was at work since the start, as far as a sample tells
 * @param lockWaitNanos for how long threads waited for it, together, as that
 */
public record ServiceMeasures(
        Measures engine, Traffic traffic, int connectedSessions, long busyNanos, long lockWaitNanos) {}
