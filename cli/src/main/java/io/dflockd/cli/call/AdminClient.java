package io.dflockd.cli.call;

import io.dflockd.cli.line.Exit;
import io.dflockd.cli.line.Flag;
import io.dflockd.cli.line.UsageException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks the admin listener of a server. Of several, which are the nodes of a cluster, each answers, or passes on to the one
 * that leads; they are asked in turn until one can, and that one first from then on.
 */
public final class AdminClient {
    /** Where it is. */
    public static final Flag ADMIN = new Flag("admin", "ADDRESS,…", "DFLOCK_ADMIN",
            "the admin listener, HOST:PORT (by TLS where a --tls flag is given) or an address with http:// or https://; the nodes of"
                    + " a cluster with commas, of which the leader is found (127.0.0.1:6389)");
    /** What is shown there. */
    public static final Flag TOKEN_FILE = new Flag("admin-token-file", "FILE", "DFLOCK_ADMIN_TOKEN_FILE",
            "the file that holds the token to show there; DFLOCK_ADMIN_TOKEN holds the token itself");
    public static final List<Flag> FLAGS = List.of(ADMIN, TOKEN_FILE);

    /** At least one; the one that answered last is the first. */
    private final ArrayDeque<AdminNode> nodes;

    private AdminClient(List<AdminNode> nodes) {
        this.nodes = new ArrayDeque<>(nodes);
    }

    /** It was not done. */
    public static sealed class RefusedException extends Exception permits AdminNode.ElsewhereException {
        private static final long serialVersionUID = 1L;

        private final Exit exit;

        public RefusedException(Exit exit, String message) {
            super(message);
            this.exit = exit;
        }

        public Exit exit() {
            return exit;
        }
    }

    /** By the flags and the environment of a call. Throws {@link UsageException} where one of them is not valid. */
    public static AdminClient of(Call call) {
        return new AdminClient(AdminAddresses.nodes(call));
    }

    /** Each of them apart, in the order in which they are named. */
    public static List<AdminNode> each(Call call) {
        return AdminAddresses.nodes(call);
    }

    /** For what is done to one node and must not come to another. Throws {@link UsageException} where there are several. */
    public static AdminNode only(Call call, String command) {
        var nodes = AdminAddresses.nodes(call);
        if (nodes.size() != 1) {
            throw new UsageException(
                    "%s: --%s names %d nodes; valid is the one that is meant, as each does this by itself"
                            .formatted(command, ADMIN.name(), nodes.size()));
        }
        return nodes.get(0);
    }

    /** A part of a path or of a query, in which nothing has a meaning of its own. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** What is at a path. */
    public Map<String, Object> get(String path) throws RefusedException, InterruptedException {
        return this.<Map<String, Object>, RuntimeException>inTurn(node -> node.get(path));
    }

    /** Has something changed: at another node only where it surely was not by the one before. */
    public Map<String, Object> send(String method, String path, Map<String, ?> body)
            throws RefusedException, InterruptedException {
        return this.<Map<String, Object>, RuntimeException>inTurn(node -> node.send(method, path, body));
    }

    /**
     * Has a file made by the first node that can be reached and writes it. It has its name when all of it is on the disk, and its checksum is
     * right; until then there is one beside it, whose name ends in {@code .part}. Only its owner can read it.
     *
     * @throws IOException where it cannot be written
     */
    public Download download(String path, Map<String, ?> body, Path file)
            throws RefusedException, InterruptedException, IOException {
        return this.<Download, IOException>inTurn(node -> node.download(path, body, file));
    }

    /** Is told the events of a stream. */
    public interface Listener {
        /**
         * One event.
         *
         * @param name empty unless it has one
         */
        void event(String name, Map<String, Object> data);
    }

    /** Tells what comes on a path of the first node that can be reached, while it comes. Throws when the server ends it. */
    public void stream(String path, Listener listener) throws RefusedException, InterruptedException {
        this.<Map<String, Object>, RuntimeException>inTurn(node -> {
            node.stream(path, listener);
            return Map.of();
        });
    }

    private interface Asking<T, E extends Exception> {
        T ask(AdminNode node) throws RefusedException, InterruptedException, E;
    }

    private <T, E extends Exception> T inTurn(Asking<T, E> asking) throws RefusedException, InterruptedException, E {
        @Nullable RefusedException first = null;
        for (int tries = nodes.size(); tries > 0; tries--) {
            try {
                return asking.ask(nodes.getFirst());
            } catch (AdminNode.ElsewhereException e) {
                // Who is down or a follower is no news where another leads; where none does, the first says why.
                first = first == null ? e : first;
                nodes.addLast(nodes.removeFirst());
            }
        }
        throw Objects.requireNonNull(first);
    }
}
