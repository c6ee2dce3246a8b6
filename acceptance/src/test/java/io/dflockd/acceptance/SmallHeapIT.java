package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.acceptance.cluster.Nodes;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.WireClient;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a node that keeps its state has of the log in memory is bounded by its heap, whatever comes and for however long. */
@Timeout(180)
class SmallHeapIT {
    private static final String ALONE = "-Xmx64m";
    private static final String OF_THREE = "-Xmx96m";
    private static final int CONNECTIONS = 4;
    private static final int SMALL_REQUESTS = 24_000;
    private static final String LARGE = "v".repeat(60_000);
    private static final int AT_ONCE = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path folder;

    /** Each is a record of the log by itself, or with few others. */
    @Test
    void manySmallRequests() throws Exception {
        try (var server = server()) {
            var all = IntStream.range(0, CONNECTIONS)
                    .mapToObj(client -> CompletableFuture.runAsync(() -> countUp(server.socketAddress(), client),
                            task -> new Thread(task, "client-" + client).start()))
                    .toList();
            all.forEach(CompletableFuture::join);

            try (var client = WireClient.connect(server.socketAddress())) {
                assertThat(client.ask("get", "n0", "")).isEqualTo("ok " + SMALL_REQUESTS / CONNECTIONS);
            }
        }
    }

    private static void countUp(InetSocketAddress server, int client) {
        try (var connection = WireClient.connect(server)) {
            for (int i = 1; i <= SMALL_REQUESTS / CONNECTIONS; i++) {
                assertThat(connection.ask("incr", "n" + client, "1")).isEqualTo("ok " + i);
            }
        }
    }

    /** Snapshots are made beside, so the state is in memory twice. */
    @Test
    void asManyValuesAsThereMayBeAndThenOthersInTheirPlaces() {
        try (var server = server(); var client = WireClient.connect(server.socketAddress())) {
            int values = fill(client);
            replace(client, values, 2_500);

            assertThat(server.log()).anyMatch(line -> line.contains("how=\"beside\""));
        }
    }

    /** The leader keeps the log for it, and sends it that or a snapshot. */
    @Test
    void aFollowerThatStoodStillComesBack() {
        try (var nodes = Nodes.startWith(OF_THREE, ServerProcess.PROGRAM, folder)) {
            int leader = nodes.leader();
            int follower = (leader + 1) % Nodes.COUNT;
            try (var client = WireClient.connect(nodes.socketAddress(leader))) {
                int values = fill(client);
                nodes.pause(follower);
                replace(client, values, 4_000);
                nodes.resume(follower);
                replace(client, values, 2_000);
            }
            Eventually.await("all nodes serve", PATIENCE, Duration.ofMillis(100), () -> {
                nodes.awaitServes(follower);
                return nodes.alive().size() == Nodes.COUNT;
            });
        }
    }

    private ServerProcess server() {
        return ServerProcess.startWith(ALONE, ServerProcess.PROGRAM, "--data-dir", folder.toString());
    }

    /** Until it takes no more; returns how many there are. */
    private static int fill(WireClient client) {
        for (int i = 0;; i++) {
            var answer = client.send("kset", "k" + i, LARGE + "\t0").line(PATIENCE);
            if (!"ok".equals(answer)) {
                assertThat(answer).isEqualTo("error_max_keys");
                return i;
            }
        }
    }

    private static void replace(WireClient client, int values, int count) {
        for (int i = 0; i < count; i += AT_ONCE) {
            for (int j = i; j < i + AT_ONCE; j++) {
                client.send("kset", "k" + j % values, LARGE + "\t0");
            }
            for (int j = i; j < i + AT_ONCE; j++) {
                assertThat(client.line(PATIENCE)).isEqualTo("ok");
            }
        }
    }
}
