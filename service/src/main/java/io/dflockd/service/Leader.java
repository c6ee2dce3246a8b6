package io.dflockd.service;

/**
 * The member of the cluster that leads.
 *
 * @param name what its operator calls it
 * @param peerAddress where the other members find it, {@code host:port}
 */
public record Leader(String name, String peerAddress) {}
