package io.dflockd.engine.order;

/**
 * A member of a cluster.
 *
 * @param name what its operator calls it
 * @param address where its clients find it, {@code host:port}
 * @param peerAddress where the other members find it, {@code host:port}
 */
public record Node(String name, String address, String peerAddress) {}
