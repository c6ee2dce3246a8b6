package io.dflockd.replication;

import static io.dflockd.replication.JournalOnFolder.WIDE;
import static io.dflockd.replication.JournalOnFolder.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.engine.Action;
import io.dflockd.engine.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreTest {
    private static final long NOON = 1_700_000_000_000_000L;
    private static final SnapshotHead HEAD = new SnapshotHead(LogMachine.RULES, 57, 12_345, 9);

    @TempDir private Path folder;

    private final AtomicLong nanos = new AtomicLong();

    @Test
    void allThatTheCopyHasIsThereAndGoesOn() throws Exception {
        var copy = copyOf(57, "k", "kept");
        try (var node = begin(settings("new").restoring(copy))) {
            assertValue(node, "k", "kept");
            assertThat(node.journal.standing().term()).isGreaterThan(57);
            node.apply(ask(1, new Command.SetValue("later", "too", 0)));
        }

        try (var node = begin(settings("new"))) {
            assertValue(node, "k", "kept");
            assertValue(node, "later", "too");
        }
    }

    @Test
    void whatHasDataKeepsIt() throws Exception {
        var copy = copyOf(57, "k", "old");
        try (var node = begin(settings("used"))) {
            node.apply(ask(1, new Command.SetValue("k", "new", 0)));
        }

        assertThatThrownBy(() -> begin(settings("used").restoring(copy)))
                .isInstanceOf(DataFolderException.class)
                .hasMessageContaining("used: has data already, which is not replaced; leave --restore out");

        try (var node = begin(settings("used"))) {
            assertValue(node, "k", "new");
        }
    }

    @Test
    void whatIsNoWholeSnapshotIsRefusedBeforeAnythingIsMade() throws Exception {
        var copy = copyOf(57, "k", "v");
        var octets = Files.readAllBytes(copy);
        octets[octets.length / 2] ^= 1;
        assertRefused(Files.write(folder.resolve("flipped"), octets), "is no whole snapshot: it checksum is");
        octets[octets.length / 2] ^= 1;
        assertRefused(Files.write(folder.resolve("cut"), Arrays.copyOf(octets, octets.length - 5)),
                "is no whole snapshot");
        assertRefused(Files.write(folder.resolve("empty"), new byte[0]), "is no whole snapshot: it has only 0 bytes");
        assertRefused(folder.resolve("nowhere"), "cannot be read");
        assertRefused(Files.createDirectory(folder.resolve("folder")), "folder: ");
        var later = new SnapshotHead(LogMachine.RULES + 1, 57, 12_345, 9);
        assertRefused(SnapshotFile.write(folder, later, out -> {}), "this program knows rules up to");
    }

    private void assertRefused(Path file, String why) {
        assertThatThrownBy(() -> begin(settings("refused").restoring(file)))
                .isInstanceOf(DataFolderException.class)
                .hasMessageContaining(why)
                .hasMessageContaining(file.toString());
        assertThat(folder.resolve("refused").resolve("identity")).doesNotExist();
    }

    @Test
    void whatCannotBeCopiedIsNamed() throws Exception {
        var copy = copyOf(57, "k", "kept");
        var identity = new Identity(UUID.randomUUID(), "n1", false, false, true);
        try (var data = DataFolder.open(folder.resolve("full"))) {
            data.claim(identity);
            Files.writeString(data.log().resolve(identity.cluster().toString()), "in the way");
        }

        assertThatThrownBy(() -> begin(settings("full").restoring(copy)))
                .isInstanceOf(DataFolderException.class)
                .hasMessageContaining("snapshot.57_12345: cannot be written (")
                .hasMessageContaining("start with --restore again");
    }

    /** The process was killed when the folder said who it is, and the copy was not there yet. */
    @Test
    void whoWasKilledOnTheWayDoesNotBeginWithNothing() throws Exception {
        var copy = copyOf(57, "k", "kept");
        try (var data = DataFolder.open(folder.resolve("half"))) {
            data.claim(new Identity(UUID.randomUUID(), "n1", false, false, true));
        }

        assertThatThrownBy(() -> begin(settings("half")))
                .isInstanceOf(DataFolderException.class)
                .hasMessageContaining("has no whole snapshot, though this node was to begin with one")
                .hasMessageContaining("start it with --restore and the same file again");

        try (var node = begin(settings("half").restoring(copy))) {
            assertValue(node, "k", "kept");
        }
    }

    /** Its name was changed, as those of copies are. */
    @Test
    void aClusterBeginsWithTheSameCopyOnAllMembers() throws Exception {
        var copy = Files.move(copyOf(57, "k", "kept"), folder.resolve("backup"));
        try (var cluster = new JournalCluster(folder, 3, Duration.ofMillis(150), node -> Optional.empty())) {
            var settings = IntStream.range(0, 3).mapToObj(node -> cluster.settings(node).restoring(copy)).toList();
            cluster.startAll(settings);
            int leader = cluster.leader();
            cluster.awaitSameState();
            assertValue(cluster.node((leader + 1) % 3), "k", "kept");

            cluster.node(leader).apply(ask(1, new Command.SetValue("later", "too", 0)));
            cluster.stop(leader);
            int next = cluster.leader();
            cluster.start(leader);
            cluster.awaitSameState();

            assertValue(cluster.node(leader), "later", "too");
            assertThat(cluster.node(next).journal.standing().term()).isGreaterThan(57);
        }
    }

    @Test
    void membersThatBeginWithSomethingElseWaitForEachOther() throws Exception {
        var copy = copyOf(57, "k", "one");
        var other = copyOf(58, "k", "other");
        try (var cluster = new JournalCluster(folder, 3, Duration.ofMillis(150), node -> Optional.empty())) {
            var waiting = cluster.starting(1, cluster.settings(1).restoring(other));
            var without = cluster.starting(2);
            var settings = cluster.settings(cluster.folder(0), cluster.members, "n1", Duration.ofSeconds(2),
                    Optional.empty()).restoring(copy);
            try (var first = cluster.open(settings)) {
                assertThatThrownBy(first.journal::begin)
                        .hasMessageContaining("node n2 at")
                        .hasMessageContaining("node n3 at")
                        .hasMessageContaining("of another file to restore");
            }
            assertThat(waiting).isNotDone();
            assertThat(without).isNotDone();
        }
    }

    /** A state of this term, as a file has it. */
    private Path copyOf(long term, String key, String value) throws Exception {
        var applier = new EngineApplier(WIDE);
        applier.apply(0, Action.ofDriver(new Command.OpenTerm(term, NOON)));
        applier.apply(1, ask(1, new Command.SetValue(key, value, 0)));
        var octets = applier.octets();
        return SnapshotFile.write(folder, new SnapshotHead(HEAD.rules(), term, HEAD.index(), HEAD.number()),
                out -> out.write(octets));
    }

    private StorageSettings settings(String name) {
        return new StorageSettings(folder.resolve(name), true, false, Duration.ofSeconds(30), WIDE, Optional.empty(),
                OptionalLong.empty());
    }

    private JournalOnFolder begin(StorageSettings settings) throws IOException {
        return new JournalOnFolder(settings, new EngineApplier(WIDE), nanos, NOON).begin();
    }

    private static void assertValue(JournalOnFolder node, String key, String value) {
        try {
            var octets = new String(node.applier.octets(), StandardCharsets.ISO_8859_1);
            assertThat(octets).contains(key).contains(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
