package io.dflockd.replication;

import io.dflockd.engine.order.Node;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * What members tell each other before they may speak Raft.
 *
 * @param cluster which they belong to
 * @param node who says so
 * @param stage how far it is
 * @param members whom it knows to be in the cluster, by name and peer address
 */
record Introduction(UUID cluster, String node, Stage stage, List<Node> members) {
    /** How far a node is in a start with an empty folder; it never goes back, but where its folder was lost. */
    enum Stage {
        /** Its folder is empty: it has never voted, nor kept anything, or has lost all of that. */
        EMPTY,
        /** Its folder says who it is. It has not voted yet. */
        READY,
        /** It may have voted, and have kept what was acknowledged. */
        STARTED
    }

    /** A longer one is nobody's. */
    static final int MAX_BYTES = 8_000;

    private static final String FORMAT = "dflockd peer 1";

    Introduction {
        members = List.copyOf(members);
    }

    byte[] octets() {
        return String.join("\n", FORMAT, cluster.toString(), node, stage.name(), Peers.text(members))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Refuses what is not one. */
    static Introduction of(byte[] octets) {
        var lines = List.of(new String(octets, StandardCharsets.UTF_8).split("\n", -1));
        if (lines.size() < 4 || !lines.get(0).equals(FORMAT)) {
            throw new IllegalArgumentException("not what a member of a cluster says");
        }
        return new Introduction(UUID.fromString(lines.get(1)), lines.get(2), Stage.valueOf(lines.get(3)),
                lines.size() > 4 ? Peers.parse(lines.get(4)) : List.of());
    }
}
