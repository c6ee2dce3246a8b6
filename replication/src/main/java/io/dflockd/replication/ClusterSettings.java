package io.dflockd.replication;

import io.dflockd.engine.order.Node;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Of which cluster a node is. The members count for the first start; later the log knows them.
 *
 * @param members all of them, this node too; the same on each, in whatever order, but of one that joins: the present ones
 *     and itself
 * @param self the name of this node among them
 * @param electionTimeout how long a follower hears nothing before it asks for votes; at most twice as long
 * @param tls how members know each other; without it anybody who reaches the peer address can do what a member can
 * @param joins whether the others have a log already, so that this node, if its folder is empty, waits until it is added
 * @param version of the program, as the node tells it the others
 * @param room what this node has room for
 */
public record ClusterSettings(
        List<Node> members, String self, Duration electionTimeout, Optional<PeerTls> tls, boolean joins,
        String version, NodeRoom room) {
    static final int MOST_MEMBERS = 9;

    public ClusterSettings {
        members = List.copyOf(members);
        if (members.size() < 2 || members.size() > MOST_MEMBERS) {
            throw new IllegalArgumentException(
                    "a cluster has " + members.size() + " members, must have 2 to " + MOST_MEMBERS);
        }
        requireDistinct(members.stream().map(Node::name).toList(), "name");
        requireDistinct(members.stream().map(Node::peerAddress).toList(), "peer address");
        if (members.stream().noneMatch(node -> node.name().equals(self))) {
            throw new IllegalArgumentException("node is '" + self + "', must be one of the members, "
                    + members.stream().map(Node::name).toList());
        }
        if (electionTimeout.toMillis() < 1) {
            throw new IllegalArgumentException("election time-out is " + electionTimeout + ", must be 1 ms or more");
        }
    }

    /** Of a node that begins with the others. */
    public ClusterSettings(List<Node> members, String self, Duration electionTimeout, Optional<PeerTls> tls) {
        this(members, self, electionTimeout, tls, false, "unknown", NodeRoom.ANY);
    }

    /** This node. */
    public Node own() {
        return members.stream().filter(node -> node.name().equals(self)).findFirst().orElseThrow();
    }

    private static void requireDistinct(List<String> values, String what) {
        for (int i = 1; i < values.size(); i++) {
            if (values.subList(0, i).contains(values.get(i))) {
                throw new IllegalArgumentException("two members have the " + what + " '" + values.get(i) + "'");
            }
        }
    }
}
