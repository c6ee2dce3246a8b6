package io.dflockd.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a server tells a monitoring system. */
record Scrape(String text) {
    private static final Path DOC = Path.of("..", "docs", "operations.md");
    private static final Pattern NAME = Pattern.compile("`(dflockd_[a-z0-9_]+)`");

    static Scrape of(DflockdServer server) {
        return new Scrape(new String(fetch(server).body(), java.nio.charset.StandardCharsets.UTF_8));
    }

    /** With headers, whose names and values come in turn. */
    static HttpResponse<byte[]> fetch(DflockdServer server, String... headers) {
        var request = HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.adminAddress().orElseThrow().getPort() + "/metrics"));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The names that the document says. */
    static Set<String> documented() throws IOException {
        var names = new TreeSet<String>();
        for (var line : Files.readAllLines(DOC)) {
            if (line.startsWith("| `dflockd_")) {
                var matcher = NAME.matcher(line.substring(0, line.indexOf('|', 1)));
                while (matcher.find()) {
                    names.add(matcher.group(1));
                }
            }
        }
        return names;
    }

    /** The names that only members of a cluster have. */
    static List<String> ofClusters() {
        return List.of("dflockd_node_role", "dflockd_raft_leader", "dflockd_raft_term", "dflockd_raft_last_applied",
                "dflockd_raft_commit_seconds");
    }

    /** Of families, as the types are told. */
    Set<String> names() {
        return text.lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.substring("# TYPE ".length(), line.lastIndexOf(' ')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Of single rows, without labels. */
    Set<String> rowNames() {
        return rows().stream().map(Scrape::nameOf).collect(Collectors.toCollection(TreeSet::new));
    }

    List<String> rows() {
        return text.lines().filter(line -> !line.startsWith("#")).toList();
    }

    List<String> ownRows() {
        return rows().stream().filter(row -> row.startsWith("dflockd_")).toList();
    }

    /** The number of the row that begins so; its labels are in the order of their names. */
    double value(String nameAndLabels) {
        Optional<String> row = rows().stream().filter(one -> one.startsWith(nameAndLabels + ' ')).findFirst();
        return Double.parseDouble(
                Objects.requireNonNull(row.orElse(null), nameAndLabels).substring(nameAndLabels.length() + 1));
    }

    private static String nameOf(String row) {
        int end = row.indexOf('{');
        return row.substring(0, end >= 0 ? end : row.indexOf(' '));
    }
}
