package io.dflockd.replication;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Whose data a folder has.
 *
 * @param cluster the same on all nodes of a cluster, and on no others
 * @param node the node's name in it
 * @param isMember whether there were others when it began; else the node was alone
 * @param hasJoined whether these had a log by then, which alone says who they are: until it has come, this node votes with
 *     nobody
 * @param isRestored whether it began with a copy of a snapshot, which must be there
 */
record Identity(UUID cluster, String node, boolean isMember, boolean hasJoined, boolean isRestored) {
    /** The name of the file. */
    static final String FILE = "identity";

    /** A line that the folder of a node which is alone does not have. */
    private static final String OF_A_MEMBER = "member of a cluster";
    /** A line that only the folder of a node has that came later. */
    private static final String OF_A_JOINER = "joined later";
    private static final String OF_A_COPY = "restored from a snapshot";
    private static final String FORMAT = "dflockd data 1";
    private static final Pattern NODE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final long MAX_BYTES = 1_000;
    private static final String REMEDY = "give a folder of dflockd, or an empty one";

    Identity {
        if (!NODE.matcher(node).matches()) {
            throw new IllegalArgumentException(
                    "node is '" + node + "', must be 1 to 63 letters, digits, dots, hyphens and underscores");
        }
    }

    /** Of a node that is alone. */
    Identity(UUID cluster, String node) {
        this(cluster, node, false);
    }

    Identity(UUID cluster, String node, boolean isMember) {
        this(cluster, node, isMember, false, false);
    }

    static Identity read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new DataFolderException(file, "is not an identity", REMEDY);
        }
        var lines = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).lines().toList();
        if (lines.isEmpty() || !lines.get(0).startsWith("dflockd data ")) {
            throw new DataFolderException(file, "is not an identity", REMEDY);
        }
        if (!lines.get(0).equals(FORMAT)) {
            throw new DataFolderException(file,
                    "has format '" + lines.get(0) + "', this program reads '" + FORMAT + "'",
                    "start the version that wrote it");
        }
        try {
            return new Identity(UUID.fromString(field(lines, 1, "cluster ")), field(lines, 2, "node "),
                    lines.contains(OF_A_MEMBER), lines.contains(OF_A_JOINER), lines.contains(OF_A_COPY));
        } catch (IllegalArgumentException e) {
            throw new DataFolderException(file, "is damaged (" + e.getMessage() + ")",
                    "put the file back from a copy of the folder", e);
        }
    }

    void write(Path file) throws IOException {
        try (var durable = new DurableFile(file)) {
            var text = FORMAT + "\ncluster " + cluster + "\nnode " + node + "\n" + (isMember ? OF_A_MEMBER + "\n" : "")
                    + (hasJoined ? OF_A_JOINER + "\n" : "") + (isRestored ? OF_A_COPY + "\n" : "");
            durable.out().write(text.getBytes(StandardCharsets.ISO_8859_1));
            durable.commit();
        }
    }

    private static String field(List<String> lines, int index, String name) {
        if (index >= lines.size() || !lines.get(index).startsWith(name)) {
            throw new IllegalArgumentException("line " + (index + 1) + " must begin with '" + name.strip() + "'");
        }
        return lines.get(index).substring(name.length());
    }
}
