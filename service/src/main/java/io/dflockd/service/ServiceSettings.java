package io.dflockd.service;

/**
 * What the service has to be told, and what it tells clients with {@code hello}.
 *
 * @param defaultLeaseMs the lease of a request that names none
 * @param releasesOnEnd whether what a session holds ends with it
 * @param maxGraceMs how long a session may outlive its connection at most; 0 where none may
 * @param statsLimit how many rows of each kind {@code stats} has at most
 * @param maxAnswerBytes how long the line of an answer may be
 * @param maxArgBytes how long the argument line of a command may be that carries a value
 * @param readTimeoutMs how long a connection that owns nothing may be silent
 */
public record ServiceSettings(
        long defaultLeaseMs,
        boolean releasesOnEnd,
        long maxGraceMs,
        int statsLimit,
        long maxAnswerBytes,
        long maxArgBytes,
        long readTimeoutMs) {
    private static final long MS_PER_SECOND = 1000;

    /** What both sides must agree on, as {@code hello} tells it. */
    String greeting(long window, boolean clustered) {
        return "ping,tags,cancel" + (maxGraceMs > 0 ? ",sessions" : "") + ",lost,ms,keep,downgrade,holders,revoke"
                + (clustered ? ",cluster" : "")
                + " auto_release=" + (releasesOnEnd ? "on" : "off")
                + ",window=" + window
                + ",max_answer=" + maxAnswerBytes
                + ",max_grace=" + maxGraceMs / MS_PER_SECOND
                + ",max_arg=" + maxArgBytes
                + ",read_timeout=" + readTimeoutMs / MS_PER_SECOND;
    }
}
