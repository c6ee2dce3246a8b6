package io.dflockd.service;

/**
 * What the service has to be told.
 *
 * @param defaultLeaseMs the lease of a request that names none
 * @param keepsHolds whether holds of a connection that ended stay until their lease ends
 * @param maxSessions how many sessions may have a name
 * @param maxGraceMs how long a session may outlive its connection at most; 0 where none may
 * @param statsLimit how many rows of each kind {@code stats} has at most
 */
public record ServiceSettings(
        long defaultLeaseMs, boolean keepsHolds, int maxSessions, long maxGraceMs, int statsLimit) {}
