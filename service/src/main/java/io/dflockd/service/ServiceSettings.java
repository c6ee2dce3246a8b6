package io.dflockd.service;

import io.dflockd.engine.EngineLimits;

/**
 * What the service has to be told, and what it tells clients with {@code hello}.
 *
 * @param defaultLeaseMs the lease of a request that names none
 * @param statsLimit how many rows of each kind {@code stats} has at most
 * @param maxAnswerBytes how long the line of an answer may be
 * @param maxArgBytes how long the argument line of a command may be that carries a value
 * @param readTimeoutMs how long a connection that owns nothing may be silent
 * @param limitNames how operators speak of what is the engine's
 */
public record ServiceSettings(
        long defaultLeaseMs,
        int statsLimit,
        long maxAnswerBytes,
        long maxArgBytes,
        long readTimeoutMs,
        LimitNames limitNames) {
    private static final long MS_PER_SECOND = 1000;

    /** What both sides must agree on, as {@code hello} tells it. {@code limits}: those in force, which may be another node's. */
    String greeting(long window, EngineLimits limits, boolean clustered) {
        return "ping,tags,cancel" + (limits.maxGraceMs() > 0 ? ",sessions" : "")
                + ",lost,ms,keep,downgrade,holders,revoke"
                + (clustered ? ",cluster" : "")
                + " auto_release=" + (limits.releasesOnEnd() ? "on" : "off")
                + ",window=" + window
                + ",max_answer=" + Math.min(maxAnswerBytes, limits.maxAnswerBytes())
                + ",max_grace=" + limits.maxGraceMs() / MS_PER_SECOND
                + ",max_arg=" + maxArgBytes
                + ",read_timeout=" + readTimeoutMs / MS_PER_SECOND;
    }
}
