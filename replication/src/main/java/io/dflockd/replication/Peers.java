package io.dflockd.replication;

import io.dflockd.engine.order.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;

/** The members as Ratis has them, and as we do. Hosts stay names, so that one that moves is found again. */
final class Peers {
    private Peers() {}

    static List<RaftPeer> of(List<Node> members) {
        return members.stream()
                .map(node -> RaftPeer.newBuilder()
                        .setId(node.name())
                        .setAddress(node.peerAddress())
                        .setClientAddress(node.address())
                        .build())
                .toList();
    }

    /** By name. */
    static List<Node> nodes(Collection<RaftPeer> peers) {
        return peers.stream()
                .map(peer -> new Node(peer.getId().toString(), Objects.requireNonNullElse(peer.getClientAddress(), ""),
                        Objects.requireNonNullElse(peer.getAddress(), "")))
                .sorted(Comparator.comparing(Node::name))
                .toList();
    }

    /** The same on all that were told of the same members. */
    static UUID clusterOf(List<Node> members) {
        return UUID.nameUUIDFromBytes(("dflockd " + text(members)).getBytes(StandardCharsets.UTF_8));
    }

    /** What Ratis wrote down of the members when it last learned of them; empty where it never did. */
    static List<Node> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            return LogEntryProto.parseFrom(Files.readAllBytes(file))
                    .getConfigurationEntry()
                    .getPeersList()
                    .stream()
                    .map(Peers::node)
                    .sorted(Comparator.comparing(Node::name))
                    .toList();
        } catch (InvalidProtocolBufferException e) {
            throw new DataFolderException(file, "is damaged (" + e.getMessage() + ")",
                    "remove this node from its cluster, and add it under a new name with an empty folder", e);
        }
    }

    private static Node node(RaftPeerProto peer) {
        return new Node(peer.getId().toStringUtf8(), peer.getClientAddress(), peer.getAddress());
    }

    /** What {@link #text} says, without the addresses of clients. */
    static List<Node> parse(String text) {
        return Arrays.stream(text.split(",", -1)).filter(part -> !part.isEmpty()).map(part -> {
            int equals = part.indexOf('=');
            return new Node(part.substring(0, Math.max(0, equals)), "", part.substring(equals + 1));
        }).toList();
    }

    static String text(List<Node> members) {
        return members.stream()
                .sorted(Comparator.comparing(Node::name))
                .map(node -> node.name() + "=" + node.peerAddress())
                .collect(Collectors.joining(","));
    }
}
