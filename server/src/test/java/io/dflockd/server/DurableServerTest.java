package io.dflockd.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.server.config.ConfigException;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is started again on its folder, after an orderly stop. What a crash does is seen with real processes. */
class DurableServerTest {
    private static final String SESSION = "0123456789abcdef";

    @TempDir Path folder;

    private DflockdServer start() {
        return start("os");
    }

    private DflockdServer start(String fsync) {
        return DflockdServer.start(config().set(Setting.FSYNC, fsync).build());
    }

    @Test
    void whatWasAnsweredIsThereAfterARestart() throws IOException {
        String token;
        try (var server = start("always"); var client = WireClient.connect(server.address())) {
            assertThat(client.ask("incr", "c", "7")).isEqualTo("ok 7");
            assertThat(client.ask("kset", "k", "v\t0")).isEqualTo("ok");
            assertThat(client.ask("rpush", "q", "a")).isEqualTo("ok 1");
            assertThat(client.ask("rpush", "q", "b")).isEqualTo("ok 2");
            assertThat(client.ask("lpop", "q", "")).isEqualTo("ok a");
            token = client.askToken("l", "jobs", "0 600");
            server.close(); // With it ends the connection, not the other way round.
        }
        try (var server = start("always"); var client = WireClient.connect(server.address())) {
            assertThat(client.ask("get", "c", "")).isEqualTo("ok 7");
            assertThat(client.ask("kget", "k", "")).isEqualTo("ok v");
            assertThat(client.ask("lrange", "q", "0 -1")).isEqualTo("ok [\"b\"]");
            assertThat(client.ask("l", "jobs", "0")).as("held by the token").isEqualTo("timeout");
            assertThat(client.ask("n", "jobs", token + " 600")).startsWith("ok 600 ");
            assertThat(client.ask("r", "jobs", token)).isEqualTo("ok");
            assertThat(client.ask("l", "jobs", "0")).startsWith("ok ");
        }
    }

    /** No disk has so much room. */
    @Test
    void whereTheDiskHasLittleRoomNothingIsAddedButAllElseGoesOn() throws IOException {
        String token;
        try (var server = start(); var client = WireClient.connect(server.address())) {
            client.ask("kset", "k", "v\t0");
            client.ask("rpush", "q", "a");
            token = client.askToken("l", "jobs", "0 600");
            server.close();
        }
        var config = config().set(Setting.MIN_FREE_DISK, "1000000000g").build();
        try (var server = DflockdServer.start(config); var client = WireClient.connect(server.address())) {
            assertThat(client.ask("l", "other", "0")).isEqualTo("error_max_keys");
            assertThat(client.ask("@1 kset", "k", "w\t0")).isEqualTo("@1 error_max_keys");
            assertThat(client.ask("rpush", "q", "b")).isEqualTo("error_max_keys");
            assertThat(client.ask("kget", "k", "")).isEqualTo("ok v");
            assertThat(client.ask("lpop", "q", "")).isEqualTo("ok a");
            assertThat(client.ask("n", "jobs", token + " 600")).startsWith("ok 600 ");
            assertThat(client.ask("r", "jobs", token)).isEqualTo("ok");
        }
    }

    /** Where the disk has little room a snapshot is written at once, so there is one to copy. */
    @Test
    void aCopyOfASnapshotBeginsAnotherFolder() throws IOException {
        String token;
        long fence;
        Path copy;
        try (var server = start(); var client = WireClient.connect(server.address())) {
            client.ask("kset", "k", "v\t0");
            token = client.askToken("l", "jobs", "0 600");
            fence = fence(client.ask("l", "other", "0 600"));
            server.close(); // With it ends the connection, and not its holds.
        }
        try (var server = DflockdServer.start(config().set(Setting.MIN_FREE_DISK, "1000000000g").build())) {
            assertThat(server.address()).isNotNull();
            copy = Files.copy(awaitSnapshot(), folder.resolve("copy"));
        }
        var restored = config().set(Setting.DATA_DIR, folder.resolve("other").toString())
                .set(Setting.RESTORE, copy.toString());
        try (var server = DflockdServer.start(restored.build()); var client = WireClient.connect(server.address())) {
            assertThat(client.ask("kget", "k", "")).isEqualTo("ok v");
            assertThat(client.ask("l", "jobs", "0")).as("held by the token").isEqualTo("timeout");
            assertThat(client.ask("r", "jobs", token)).isEqualTo("ok");
            assertThat(fence(client.ask("l", "new", "0"))).isGreaterThan(fence);
        }
        assertThatThrownBy(() -> DflockdServer.start(restored.build()))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("--data-dir: " + folder.resolve("other") + ": has data already");
        Files.writeString(copy, "something else");
        restored.set(Setting.DATA_DIR, folder.resolve("third").toString());
        assertThatThrownBy(() -> DflockdServer.start(restored.build()))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("--restore: " + copy + ": is no whole snapshot");
    }

    private Path awaitSnapshot() {
        var found = new AtomicReference<Path>();
        Eventually.await("a snapshot", Duration.ofSeconds(20), () -> {
            try (var files = Files.find(folder.resolve("data"), 10,
                    (path, attributes) -> path.getFileName().toString().matches("snapshot\\.\\d+_\\d+"))) {
                files.findFirst().ifPresent(found::set);
            } catch (IOException | UncheckedIOException e) {
                return false; // something vanished while it was looked at
            }
            return found.get() != null;
        });
        return found.get();
    }

    private ServerConfig.Builder config() {
        return ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.DATA_DIR, folder.resolve("data").toString())
                .set(Setting.FSYNC, "os");
    }

    @Test
    void fencesRiseOverARestart() throws IOException {
        long before;
        try (var server = start(); var client = WireClient.connect(server.address())) {
            before = fence(client.ask("l", "a", "0"));
        }
        try (var server = start(); var client = WireClient.connect(server.address())) {
            assertThat(fence(client.ask("l", "b", "0"))).isGreaterThan(before);
        }
    }

    private static long fence(String granted) {
        return Long.parseLong(granted.substring(granted.lastIndexOf(' ') + 1));
    }

    @Test
    void aSessionWithANameGoesOnWhereItWas() throws IOException {
        try (var server = start();
                var client = WireClient.connect(server.address());
                var other = WireClient.connect(server.address())) {
            assertThat(other.ask("l", "taken", "0 600")).startsWith("ok ");
            assertThat(client.ask("session", SESSION, "60")).isEqualTo("ok new 60");
            client.sendRaw("@1 incr\nc\n1\n@2 l\nmine\n0 600\n@3 blpop\nq\n600\n@4 incr\nc\n1\n");
            assertThat(client.line()).isEqualTo("@1 ok 1");
            assertThat(client.line()).startsWith("@2 ok ");
            assertThat(client.line()).isEqualTo("@4 ok 2");
        }
        try (var server = start();
                var client = WireClient.connect(server.address());
                var other = WireClient.connect(server.address())) {
            assertThat(other.ask("l", "mine", "0")).isEqualTo("timeout");
            assertThat(other.ask("rpush", "q", "late")).as("the pop that waits gets it").startsWith("ok ");
            // It has the first answer, and says so; the others come again, and the one that it waited for.
            assertThat(client.ask("session", SESSION, "60 1")).isEqualTo("ok resumed 60 4");
            assertThat(client.line()).startsWith("@2 ok ");
            assertThat(client.line()).isEqualTo("@4 ok 2");
            assertThat(client.line()).isEqualTo("@3 ok late");
            client.sendRaw("@4 incr\nc\n1\n@5 get\nc\n\n");
            assertThat(client.line()).as("the fourth was taken before").isEqualTo("@5 ok 2");
        }
    }

    @Test
    void manyRequestsOnManyConnectionsAreAnsweredInTheirOrder() throws IOException {
        try (var server = start();
                var one = WireClient.connect(server.address());
                var two = WireClient.connect(server.address())) {
            one.sendRaw("incr\na\n1\n".repeat(5000) + "ping\n_\n\n");
            two.sendRaw("@7 incr\nb\n1\nincr\nb\n1\nping\n_\n\nget\nb\n\n");
            for (int i = 1; i <= 5000; i++) {
                assertThat(one.line()).isEqualTo("ok " + i);
            }
            assertThat(one.line()).as("what is answered here waits for what was asked before").isEqualTo("ok");
            assertThat(two.line()).isEqualTo("@7 ok 1");
            assertThat(two.line()).isEqualTo("ok 2");
            assertThat(two.line()).isEqualTo("ok");
            assertThat(two.line()).isEqualTo("ok 2");
        }
    }

    @Test
    void whoEndsWhileHisRequestIsUnderWayLosesNothing() throws IOException {
        try (var server = start(); var other = WireClient.connect(server.address())) {
            for (int i = 0; i < 200; i++) {
                assertThat(other.ask("rpush", "q", "v" + i)).isEqualTo("ok 1");
                try (var dying = WireClient.connect(server.address())) {
                    dying.sendRaw("lpop\nq\n\n");
                    dying.reset();
                }
                // Either the answer was on its way into the socket of who is gone, or the value is there again, or popped never.
                var left = other.ask("blpop", "q", "1");
                assertThat(left).isIn("ok v" + i, "nil");
                if (left.equals("nil")) {
                    assertThat(other.ask("llen", "q", "")).isEqualTo("ok 0");
                }
            }
        }
    }

    /** The log stayed open, so that the next start found the folder in use. */
    @Test
    void aStartThatFailsLetsGoOfTheFolder() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var config = config().set(Setting.PORT, Integer.toString(taken.getLocalPort())).build();
            assertThatThrownBy(() -> DflockdServer.start(config)).isInstanceOf(ConfigException.class);
        }
        try (var server = start(); var client = WireClient.connect(server.address())) {
            assertThat(client.ask("ping", "", "")).isEqualTo("ok");
        }
    }

    @Test
    void aFolderThatCannotBeUsedStopsTheStartWithItsReason() throws IOException {
        try (var server = start()) {
            assertThat(server.address()).isNotNull();
        }
        var data = folder.resolve("data");
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-x---"));
        assertThatThrownBy(this::start).isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("--data-dir: " + data)
                .hasMessageContaining("chmod");

        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(data.resolve("identity"), "something else");
        assertThatThrownBy(this::start).isInstanceOf(ConfigException.class).hasMessageContaining("is not an identity");
    }

    @Test
    void aLogThatIsGoneStopsTheStartAndIsNoNewOne() throws IOException {
        try (var server = start(); var client = WireClient.connect(server.address())) {
            assertThat(client.ask("incr", "c", "7")).isEqualTo("ok 7");
        }
        try (var files = Files.find(folder, 10,
                (path, attributes) -> path.getFileName().toString().startsWith("log_"))) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        assertThatThrownBy(this::start).isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("--data-dir: " + folder.resolve("data"))
                .hasMessageContaining("has no records, though this node has written some");
    }

    @Test
    void whatRatisCannotReadStopsTheStartWithItsReason() throws IOException {
        try (var server = start()) {
            assertThat(server.address()).isNotNull();
        }
        try (var files = Files.find(folder, 10, (path, attributes) -> path.endsWith("raft-meta"))) {
            for (var file : files.toList()) {
                Files.writeString(file, "");
            }
        }
        assertThatThrownBy(this::start).isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("--data-dir: " + folder.resolve("data"))
                .hasMessageContaining("cannot be read")
                .hasMessageContaining("raft-meta")
                .hasMessageContaining("copy");
    }

    @Test
    void aFolderInAFolderThatIsNotThereIsNotMade() {
        folder = folder.resolve("missing");
        assertThatThrownBy(this::start).isInstanceOf(ConfigException.class).hasMessageStartingWith("--data-dir: ");
    }
}
