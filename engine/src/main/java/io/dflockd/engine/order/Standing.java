package io.dflockd.engine.order;

import java.util.List;
import java.util.Optional;

/**
 * How a node stands in the order.
 *
 * @param leader who leads, as far as this node knows
 * @param term the latest term that it knows of
 * @param leads whether this node leads and has applied all of earlier terms
 * @param members of the cluster, itself among them; empty where this node is alone
 */
public record Standing(Optional<Node> leader, long term, boolean leads, List<Node> members) {
    public Standing {
        members = List.copyOf(members);
    }
}
