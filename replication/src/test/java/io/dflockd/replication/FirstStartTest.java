package io.dflockd.replication;

import static io.dflockd.replication.JournalOnFolder.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.engine.Command;
import io.dflockd.engine.order.Node;
import io.dflockd.testkit.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Who may be a member at all: what is refused, and that nobody votes who may have voted before. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
class FirstStartTest {
    private static final Duration SHORT = Duration.ofSeconds(3);

    @TempDir private Path folder;

    @Test
    void aFolderThatWasWipedIsRefused() throws Exception {
        try (var cluster = three().startAll()) {
            int leader = cluster.leader();
            int wiped = (leader + 1) % 3;
            cluster.node(leader).apply(ask(1, new Command.SetValue("k", "v", 0)));
            cluster.stop(wiped);
            cluster.wipe(wiped);

            assertRefused(cluster, cluster.settings(wiped),
                    cluster.folder(wiped) + ": is empty, but node n",
                    "has a log of this cluster",
                    "add this one under a new name");

            assertThat(cluster.folder(wiped).resolve("identity")).doesNotExist();
            // Also where only one of the others is there to say so.
            cluster.stop((leader + 2) % 3);
            assertRefused(cluster, cluster.settings(wiped), "is empty, but node n" + (leader + 1));
        }
    }

    @Test
    void nobodyVotesBeforeAllAreThere() throws Exception {
        try (var cluster = three()) {
            var told = cluster.members;
            try (var alone = cluster.open(
                    cluster.settings(cluster.folder(0), told, "n1", SHORT, Optional.empty()))) {
                assertThatThrownBy(alone.journal::begin)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("a first start needs all members")
                        .hasMessageContaining("node n2 at " + told.get(1).peerAddress() + " does not answer")
                        .hasMessageContaining("n3 at " + told.get(2).peerAddress());
                assertThat(cluster.folder(0).resolve("identity")).doesNotExist();
            }

            cluster.startAll().leader();
        }
    }

    /** It was killed when its folder said who it is, and before it voted. */
    @Test
    void whoWasKilledOnTheWayGoesOn() throws Exception {
        try (var cluster = three()) {
            try (var data = DataFolder.open(cluster.folder(1))) {
                data.claim(new Identity(Peers.clusterOf(cluster.members), "n2", true));
            }

            cluster.startAll().leader();
        }
    }

    @Test
    void oneThatWasNeverBegunIsClosedAsWell() throws Exception {
        try (var cluster = three()) {
            cluster.open(cluster.settings(0)).close();

            cluster.startAll().leader();
        }
    }

    @Test
    void aMemberThatWaitsCanBeClosed() throws Exception {
        try (var cluster = three()) {
            var begun = cluster.starting(0);
            cluster.stop(0);

            assertThatThrownBy(begun::join).hasMessageContaining("was closed before all members were there");
        }
    }

    /** One that is wrong does not end those that are right: they wait for it to be told better. */
    @Test
    void othersThatWereToldOfOtherMembersAreNone() throws Exception {
        try (var cluster = three()) {
            var waiting = cluster.starting(1);
            var told = new ArrayList<>(cluster.members);
            told.set(2, new Node("n3", "client.example:1", "localhost:1"));
            assertRefused(cluster, told, "node n2 at " + told.get(1).peerAddress() + " was told of other members");
            var swapped = List.of(cluster.members.get(0),
                    new Node("n2", "client.example:2", cluster.members.get(2).peerAddress()),
                    new Node("n3", "client.example:3", cluster.members.get(1).peerAddress()));
            assertRefused(cluster, swapped,
                    "node n3 should be at " + cluster.members.get(1).peerAddress() + ", but node n2 is");

            var others = List.of(cluster.starting(0), cluster.starting(2));

            others.forEach(CompletableFuture::join);
            waiting.join();
            cluster.leader();
            var stranger = new ArrayList<>(cluster.members);
            stranger.set(2, new Node("n9", "client.example:9", "localhost:" + FreePorts.one()));
            assertRefused(cluster, cluster.settings(folder.resolve("other"), stranger, "n9", SHORT, Optional.empty()),
                    "was told of other members than this one or of another file to restore, or is of another cluster");
        }
    }

    @Test
    void aFolderOfAnotherNodeOrClusterIsRefused() throws Exception {
        try (var cluster = three().startAll()) {
            cluster.leader();
            for (int i = 0; i < 3; i++) {
                cluster.stop(i);
            }
            var mine = cluster.folder(0);

            assertThatThrownBy(() -> cluster.open(
                    cluster.settings(mine, cluster.members, "n2", SHORT, Optional.empty())))
                    .isInstanceOf(DataFolderException.class)
                    .hasMessageContaining("identity: is of node n1, this node is n2");
            assertThatThrownBy(() -> cluster.open(
                    cluster.settings(mine, JournalCluster.members(3), "n1", SHORT, Optional.empty())))
                    .isInstanceOf(DataFolderException.class)
                    .hasMessageContaining("identity: is of cluster ");
            assertThatThrownBy(() -> cluster.open(new StorageSettings(
                    mine, true, false, SHORT, JournalOnFolder.WIDE, Optional.empty(), OptionalLong.empty())))
                    .isInstanceOf(DataFolderException.class)
                    .hasMessageContaining("identity: is of node n1 of a cluster, this node is alone");
            var lone = folder.resolve("lone");
            cluster.open(new StorageSettings(lone, true, false, SHORT, JournalOnFolder.WIDE, Optional.empty(),
                    OptionalLong.empty())).close();
            assertThatThrownBy(() -> cluster.open(
                    cluster.settings(lone, cluster.members, "n1", SHORT, Optional.empty())))
                    .isInstanceOf(DataFolderException.class)
                    .hasMessageContaining("identity: is of a node that is alone, this one is of a cluster");

            // One of the others was replaced meanwhile, or is to be: what the log says counts.
            var newer = List.of(cluster.members.get(0), cluster.members.get(1),
                    new Node("n4", "client.example:4", "localhost:4"));
            try (var node = cluster
                    .open(cluster.settings(mine, newer, "n1", SHORT, Optional.empty()))
                    .begin()) {
                node.await(() -> !node.journal.standing().members().isEmpty());
                assertThat(node.journal.standing().members()).isEqualTo(cluster.members);
            }
        }
    }

    /** After a snapshot of the leader there is no log until the next record comes, which may take long. */
    @Test
    void aMemberThatHasOnlyTheSnapshotThatCameStartsAndOneThatHadMoreIsRefused() throws Exception {
        try (var cluster = three().startAll()) {
            int leader = cluster.leader();
            int member = (leader + 1) % 3;
            var mark = cluster.folder(member).resolve("installed");
            cluster.node(leader).apply(ask(1, new Command.SetValue("k", "v", 0)));
            cluster.awaitSameState();
            cluster.await(() -> Files.exists(cluster.folder(member).resolve("used")));
            var copy = Path.of(cluster.node(leader).journal.copy().orElseThrow());
            cluster.stop(member);
            deleteLog(cluster.folder(member));
            Files.copy(copy, files(cluster.folder(member), "log/*/sm").get(0).resolve(copy.getFileName()));
            assertThatThrownBy(() -> cluster.open(cluster.settings(member))).hasMessageContaining("has no records");
            try (var data = DataFolder.open(cluster.folder(member))) {
                data.installed(SnapshotFile.verify(copy).index());
            }

            cluster.start(member);

            cluster.node(cluster.leader()).apply(ask(2, new Command.SetValue("l", "v", 0)));
            cluster.awaitSameState();
            cluster.await(() -> Files.notExists(mark));
            cluster.stop(member);
            deleteLog(cluster.folder(member));
            assertThatThrownBy(() -> cluster.open(cluster.settings(member))).hasMessageContaining("has no records");
        }
    }

    private static void deleteLog(Path folder) throws IOException {
        for (var file : files(folder, "log/*/current/log_*")) {
            Files.delete(file);
        }
    }

    private static List<Path> files(Path folder, String pattern) throws IOException {
        var matcher = folder.getFileSystem().getPathMatcher("glob:" + folder + "/" + pattern);
        try (var files = Files.walk(folder)) {
            return files.filter(matcher::matches).toList();
        }
    }

    @Test
    void aMemberWhoseLogIsGoneIsRefused() throws Exception {
        try (var cluster = three().startAll()) {
            int leader = cluster.leader();
            int lost = (leader + 1) % 3;
            cluster.node(leader).apply(ask(1, new Command.SetValue("k", "v", 0)));
            cluster.awaitSameState();
            cluster.await(() -> Files.exists(cluster.folder(lost).resolve("used")));
            cluster.stop(lost);
            var log = cluster.folder(lost).resolve("log");
            Files.move(log, folder.resolve("elsewhere"));

            assertThatThrownBy(() -> cluster.open(cluster.settings(lost)))
                    .isInstanceOf(DataFolderException.class)
                    .hasMessageContaining("has no records, though this node has written some")
                    .hasMessageContaining("add it under a new name");
        }
    }

    /** A copy of its folder may lack what the others rely on. */
    @Test
    void aMemberWhoseLogIsDamagedIsNotPutBackFromACopy() throws Exception {
        try (var cluster = three().startAll()) {
            int leader = cluster.leader();
            int damaged = (leader + 1) % 3;
            for (int i = 1; i <= 20; i++) {
                cluster.node(leader).apply(ask(i, new Command.SetValue("k", "v", 0)));
            }
            cluster.awaitSameState();
            cluster.stop(damaged);
            Path log;
            try (var files = Files.walk(cluster.folder(damaged))) {
                log = files.filter(file -> file.getFileName().toString().startsWith("log_")).findFirst().orElseThrow();
            }
            var octets = Files.readAllBytes(log);
            octets[octets.length / 3] ^= 1;
            Files.write(log, octets);
            var settings = cluster.settings(damaged);

            assertThatThrownBy(() -> cluster.open(new StorageSettings(settings.folder(), true, true, SHORT,
                    settings.limits(), settings.cluster(), OptionalLong.empty())))
                    .isInstanceOf(DataFolderException.class)
                    .hasMessageContaining("is damaged at byte")
                    .hasMessageContaining("add it under a new name")
                    .hasMessageNotContaining("copy");
        }
    }

    @Test
    void anAddressThatIsTakenIsNamed() throws Exception {
        try (var cluster = three();
                var taken = new ServerSocket()) {
            var address = PeerAddress.of(cluster.members.get(0).peerAddress());
            taken.bind(new InetSocketAddress(InetAddress.getByName(address.host()), address.port()));

            assertRefused(cluster, cluster.settings(0),
                    "cannot listen for other members at localhost:" + address.port());
        }
    }

    private void assertRefused(JournalCluster cluster, List<Node> told, String said) throws IOException {
        assertRefused(cluster, cluster.settings(folder.resolve("other"), told, "n1", SHORT, Optional.empty()), said);
    }

    private static void assertRefused(JournalCluster cluster, StorageSettings settings, String... said)
            throws IOException {
        try (var node = cluster.open(settings)) {
            assertThatThrownBy(node.journal::begin).isInstanceOf(IOException.class).hasMessageContainingAll(said);
        }
    }

    private JournalCluster three() throws IOException {
        return new JournalCluster(folder, 3, Duration.ofMillis(500), node -> Optional.empty());
    }
}
