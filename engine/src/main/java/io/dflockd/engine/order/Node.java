package io.dflockd.engine.order;

/**
 * A member of a cluster.
 *
 * @param name what it is called in the cluster
 * @param host where it is reached; a name stays one, so that a node may move
 * @param clientPort where clients reach it
 * @param peerPort where the other nodes reach it
 */
public record Node(String name, String host, int clientPort, int peerPort) {}
