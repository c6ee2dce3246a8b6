package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    private static final Identity ONE = new Identity(new UUID(1, 2), "n1");

    @TempDir private Path parent;

    @Test
    void aNewFolderIsItsOwnersAlone() throws Exception {
        var path = parent.resolve("data");
        try (var folder = DataFolder.open(path)) {
            assertThat(folder.identity()).isEmpty();
            folder.claim(ONE);
            assertThat(folder.identity()).contains(ONE);
        }
        assertThat(mode(path)).isEqualTo("rwx------");
        assertThat(mode(path.resolve("log"))).isEqualTo("rwx------");
        assertThat(mode(path.resolve("identity"))).isEqualTo("rw-------");
        assertThat(mode(path.resolve("lock"))).isEqualTo("rw-------");
        assertThat(path.resolve("identity")).hasContent("""
                dflockd data 1
                cluster 00000000-0000-0001-0000-000000000002
                node n1
                """);
        try (var folder = DataFolder.open(path)) {
            folder.claim(ONE);
        }
    }

    @Test
    void aFolderOfAnotherIsRefused() throws Exception {
        var path = parent.resolve("data");
        try (var folder = DataFolder.open(path)) {
            folder.claim(ONE);

            assertThatThrownBy(() -> folder.claim(new Identity(new UUID(1, 2), "n2")))
                    .isInstanceOf(DataFolderException.class)
                    .hasMessage(
                            path + "/identity: is of node n1, this node is n2; give this node's own folder, or the name"
                                    + " that the folder has");
            assertThatThrownBy(() -> folder.claim(new Identity(new UUID(1, 3), "n1")))
                    .hasMessage(path + "/identity: is of cluster 00000000-0000-0001-0000-000000000002, this node is of"
                            + " 00000000-0000-0001-0000-000000000003; give this node's own folder, or an empty one");
            assertThat(folder.identity()).contains(ONE);
        }
    }

    @Test
    void aFolderThatOthersCanReadIsRefused() throws Exception {
        var path = parent.resolve("data");
        for (var mode : new String[]{"rwxr-x---", "rwx---r--", "rwx-----x", "rwx-w----"}) {
            Files.createDirectories(path);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));

            assertThatThrownBy(() -> DataFolder.open(path))
                    .isInstanceOf(DataFolderException.class)
                    .hasMessage(
                            path + ": is open to others (" + mode + "), and has tokens in it; run chmod 700 " + path);
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        DataFolder.open(path).close();
    }

    @Test
    void aFolderOfSomethingElseIsRefused() throws Exception {
        var path = privateFolder();
        Files.writeString(path.resolve("thesis.txt"), "of great worth");

        assertThatThrownBy(() -> DataFolder.open(path))
                .isInstanceOf(DataFolderException.class)
                .hasMessage(
                        path + "/thesis.txt: is in a folder that is not one of dflockd; give a folder of dflockd, or an"
                                + " empty one");
        Files.delete(path.resolve("thesis.txt"));
        // It was not locked for ever, and the lock that it left is no stranger.
        DataFolder.open(path).close();
    }

    @Test
    void aFirstStartThatWasCutShortIsForgotten() throws Exception {
        var path = privateFolder();
        Files.writeString(path.resolve("identity.tmp"), "dflockd da");
        try (var folder = DataFolder.open(path)) {
            folder.claim(ONE);
        }
        assertThat(path.resolve("identity.tmp")).doesNotExist();
    }

    @Test
    void whatIsNoFolderIsRefused() throws Exception {
        var file = Files.writeString(parent.resolve("file"), "");

        assertThatThrownBy(() -> DataFolder.open(file)).hasMessage(
                file + ": is not a folder; give one, or a name that is free");
        assertThatThrownBy(() -> DataFolder.open(parent.resolve("no/such")))
                .hasMessage(parent.resolve("no/such") + ": cannot be made (NoSuchFile " + parent.resolve("no/such")
                        + "); make it, owned by this user and with mode 0700");
    }

    @Test
    void aSecondOpeningIsKeptOut() throws Exception {
        var path = parent.resolve("data");
        try (var ignoredFirst = DataFolder.open(path)) {
            assertThatThrownBy(() -> DataFolder.open(path))
                    .isInstanceOf(DataFolderException.class)
                    .hasMessage(path + "/lock: is held by another process, " + ProcessHandle.current().pid()
                            + "; stop that one, or give this one a folder of its own");
        }
        DataFolder.open(path).close();
    }

    @Test
    void aSecondProcessIsKeptOut() throws Exception {
        var path = parent.resolve("data");
        DataFolder.open(path).close();
        var java = ProcessHandle.current().info().command().orElseThrow();
        var other = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), Holder.class.getName(),
                path.resolve("lock").toString()).redirectErrorStream(true).start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("held");

            assertThatThrownBy(() -> DataFolder.open(path)).hasMessageContaining("/lock: is held by another process");
        } finally {
            other.outputWriter().close();
            assertThat(other.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        DataFolder.open(path).close();
    }

    /** Holds a lock until its input ends. */
    static final class Holder {
        public static void main(String[] args) throws IOException {
            try (var channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE)) {
                channel.lock();
                System.out.println("held");
                System.in.read();
            }
        }
    }

    @Test
    void aDamagedIdentityIsRefused() throws Exception {
        var path = privateFolder();
        var file = path.resolve("identity");
        refused(file, "hello", "is not an identity; give a folder of dflockd, or an empty one");
        refused(file, "x".repeat(2_000), "is not an identity; give a folder of dflockd, or an empty one");
        refused(file, "dflockd data 2\n",
                "has format 'dflockd data 2', this program reads 'dflockd data 1'; start the version that wrote it");
        refused(file, "dflockd data 1\ncluster 1\n",
                "is damaged (Invalid UUID string: 1); put the file back from a copy of"
                        + " the folder");
        refused(file, "dflockd data 1\ncluster 00000000-0000-0001-0000-000000000002\n",
                "is damaged (line 3 must begin with 'node'); put the file back from a copy of the folder");
    }

    @Test
    void aNodesNameIsAName() {
        assertThatThrownBy(() -> new Identity(new UUID(1, 2), "../n1"))
                .hasMessageStartingWith("node is '../n1', must be");
    }

    private static void refused(Path file, String content, String message) throws IOException {
        Files.writeString(file, content);
        assertThatThrownBy(() -> DataFolder.open(file.getParent()))
                .isInstanceOf(DataFolderException.class)
                .hasMessage(file + ": " + message);
    }

    private Path privateFolder() throws IOException {
        return Files.createDirectory(parent.resolve("data"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
