package io.dflockd.replication;

import io.dflockd.engine.order.ClusterReport;
import io.dflockd.engine.order.Node;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What members tell each other before they may speak Raft.
 *
 * @param cluster which they belong to
 * @param node who says so
 * @param stage how far it is
 * @param members whom it knows to be in the cluster, by name and peer address
 * @param details what else it says of itself; empty before its start
 */
record Introduction(
        UUID cluster, String node, Stage stage, List<Node> members, Optional<ClusterReport.Details> details) {
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

    /**
     * Whether those who say so are a majority of the members that they name, without this one. A few may say what held
     * before it was added, which a majority never does: it knew of the change before that counted.
     */
    static boolean isRemoved(String node, List<Introduction> answers) {
        return answers.stream().anyMatch(answer -> {
            var names = answer.names();
            long agreeing = answers.stream()
                    .filter(other -> names.contains(other.node()) && other.names().equals(names))
                    .count();
            return !names.isEmpty() && !names.contains(node) && 2 * agreeing > names.size();
        });
    }

    private Set<String> names() {
        return members.stream().map(Node::name).collect(Collectors.toSet());
    }

    byte[] octets() {
        return String.join("\n", FORMAT, cluster.toString(), node, stage.name(), Peers.text(members),
                details.map(Introduction::text).orElse(""))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Refuses what is not one. */
    static Introduction of(byte[] octets) {
        var lines = List.of(new String(octets, StandardCharsets.UTF_8).split("\n", -1));
        if (lines.size() < 4 || !lines.get(0).equals(FORMAT)) {
            throw new IllegalArgumentException("not what a member of a cluster says");
        }
        return new Introduction(UUID.fromString(lines.get(1)), lines.get(2), Stage.valueOf(lines.get(3)),
                lines.size() > 4 ? Peers.parse(lines.get(4)) : List.of(),
                lines.size() > 5 && !lines.get(5).isEmpty() ? Optional.of(details(lines.get(5))) : Optional.empty());
    }

    /** The version, what the program can, then the numbers of its disk, of which the last three are of a snapshot. */
    private static String text(ClusterReport.Details details) {
        var disk = details.disk();
        var text = details.version() + ' ' + details.rules() + ' ' + details.mostStateBytes() + ' ' + disk.logBytes()
                + ' ' + disk.freeBytes();
        return disk.snapshot()
                .map(snapshot -> text + ' ' + snapshot.index() + ' ' + snapshot.bytes() + ' ' + snapshot.ageMs())
                .orElse(text);
    }

    private static ClusterReport.Details details(String text) {
        var words = text.split(" ", -1);
        if (words.length < 5) {
            throw new IllegalArgumentException("not what a member of a cluster says of itself");
        }
        var snapshot = words.length < 8
                ? Optional.<ClusterReport.Snapshot>empty()
                : Optional.of(new ClusterReport.Snapshot(
                        Long.parseLong(words[5]), Long.parseLong(words[6]), Long.parseLong(words[7])));
        return new ClusterReport.Details(
                words[0], Integer.parseInt(words[1]), Long.parseLong(words[2]),
                new ClusterReport.Disk(Long.parseLong(words[3]), snapshot, Long.parseLong(words[4])));
    }
}
