package io.dflockd.replication;

import static io.dflockd.replication.JournalOnFolder.ask;
import static io.dflockd.replication.JournalOnFolder.signal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.engine.Command;
import io.dflockd.engine.EngineLimits;
import io.dflockd.engine.EngineLimits.Limit;
import io.dflockd.engine.order.ClusterReport;
import io.dflockd.engine.order.Node;
import io.dflockd.engine.order.Operations;
import io.dflockd.engine.order.Operations.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Who is in a cluster changes while it goes on. */
@Execution(ExecutionMode.CONCURRENT)
class MembershipTest {
    private static final Duration ELECTION_TIMEOUT = Duration.ofMillis(500);

    @TempDir Path folder;

    @Test
    void aMemberThatIsGoneIsReplacedUnderLoad() throws Exception {
        try (var cluster = four().startFirst(3)) {
            int leader = cluster.leader();
            int gone = (leader + 1) % 3;
            int other = (leader + 2) % 3;
            var stop = new AtomicBoolean();
            var loads = new ArrayList<Thread>();
            for (int i : List.of(leader, other)) {
                var node = cluster.node(i);
                loads.add(Thread.ofPlatform().start(() -> load(node, 100L + i, stop)));
            }
            try {
                cluster.stop(gone);
                cluster.done(operations -> operations.remove(name(gone)));
                assertThat(names(cluster)).containsExactlyInAnyOrder(name(leader), name(other));

                cluster.join(3, leader, other);
                cluster.done(operations -> operations.add(cluster.members.get(3)));
                cluster.await(() -> names(cluster).contains("n4"));
            } finally {
                stop.set(true);
                for (var load : loads) {
                    load.join();
                }
            }

            cluster.node(cluster.leader()).apply(ask(1, new Command.SetValue("last", "v", 0)));
            cluster.awaitSameState();
            cluster.await(() -> List.copyOf(cluster.node(3).actions).equals(List.copyOf(cluster.node(other).actions)));

            cluster.done(operations -> operations.transfer(Optional.of("n4")));
            cluster.await(() -> cluster.node(3).journal.standing().leads());
            cluster.stop(leader);
            cluster.node(cluster.leader()).apply(ask(2, new Command.SetValue("later", "v", 0)));
            cluster.awaitSameState();
        }
    }

    @Test
    void limitsAreThoseOfTheFirstLeaderUntilTheyAreChangedWhoeverLeads() throws Exception {
        try (var cluster = new JournalCluster(folder, 3, ELECTION_TIMEOUT, i -> Optional.empty())) {
            cluster.startAll(IntStream.range(0, 3).mapToObj(i -> limitedTo(100 + i, cluster.settings(i))).toList());
            int first = cluster.leader();
            assertThat(locksOf(cluster, cluster.leader())).isEqualTo(100 + first);

            cluster.await(() -> {
                cluster.operations().transfer(Optional.empty());
                return cluster.leader() != first;
            });
            cluster.node(cluster.leader()).apply(ask(1, new Command.SetValue("a", "v", 0)));
            assertThat(locksOf(cluster, cluster.leader())).isEqualTo(100 + first);

            cluster.done(operations -> operations.change(now -> now.with(Limit.MAX_LOCKS, 77)));
            assertThat(cluster.operations().report().limits().maxLocks()).isEqualTo(77);
            cluster.awaitSameState();
            for (int i = 0; i < 3; i++) {
                assertThat(locksOf(cluster, i)).isEqualTo(77);
            }

            int leader = cluster.leader();
            cluster.stop(leader);
            cluster.starting(leader, limitedTo(500, cluster.settings(leader)))
                    .get(JournalCluster.DEADLINE_SECONDS, TimeUnit.SECONDS);
            cluster.node(cluster.leader()).apply(ask(2, new Command.SetValue("b", "v", 0)));
            cluster.await(() -> locksOf(cluster, leader) == 77);
        }
    }

    @Test
    void limitsThatAMemberHasNoRoomForAreRefused() throws Exception {
        try (var cluster = new JournalCluster(folder, 3, ELECTION_TIMEOUT, i -> Optional.empty())) {
            cluster.startAll(IntStream.range(0, 3)
                    .mapToObj(i -> i == 1
                            ? roomFor(JournalOnFolder.WIDE.maxBytes() + 10, cluster.settings(i))
                            : cluster.settings(i))
                    .toList());

            cluster.done(operations -> operations.change(now -> now.with(Limit.MAX_BYTES, now.maxBytes() + 1)));
            cluster.await(() -> cluster.operations()
                    .change(now -> now.with(Limit.MAX_BYTES, now.maxBytes() + 10))
                    .text()
                    .equals("n2 has no memory for that, give it a larger heap first"));
            assertThat(cluster.node(1).failures).isEmpty();
        }
    }

    @Test
    void rulesThatAllKnowComeIntoForceAndNoneThatOneDoesNotKnow() throws Exception {
        try (var cluster = new JournalCluster(folder, 3, ELECTION_TIMEOUT, i -> Optional.empty()).startAll()) {
            cluster.done(Operations::upgrade);
            assertThat(cluster.operations().upgrade().text())
                    .isEqualTo("rules 1 are in force, the newest that all members know");
            int stopped = (cluster.leader() + 1) % 3;
            cluster.stop(stopped);
            cluster.await(() -> cluster.operations()
                    .upgrade()
                    .equals(new Verdict(false, name(stopped)
                            + " does not answer, so nobody knows which rules it knows; start it, or remove it, first")));
        }
        assertThat(Members.newestOfAll(List.of(knowing(3), knowing(2), knowing(4)))).isEqualTo(2);
    }

    private static ClusterReport.Member knowing(int rules) {
        return new ClusterReport.Member(new Node("n1", "a:1", "a:2"), false, 0, 0, 0, Optional.of(
                new ClusterReport.Details("1.2.3", rules, 1, new ClusterReport.Disk(0, Optional.empty(), 0))));
    }

    private static StorageSettings limitedTo(int locks, StorageSettings settings) {
        return new StorageSettings(settings.folder(), settings.syncs(), settings.acceptsLoss(),
                settings.longestRecovery(), settings.limits().with(Limit.MAX_LOCKS, locks), settings.cluster(),
                settings.minFreeBytes());
    }

    private static StorageSettings roomFor(long bytes, StorageSettings settings) {
        var cluster = settings.cluster().orElseThrow();
        var room = new NodeRoom() {
            @Override
            public long mostStateBytes() {
                return bytes;
            }

            @Override
            public void inForce(EngineLimits limits) throws IOException {
                if (limits.maxBytes() > bytes) {
                    throw new IOException("too much");
                }
            }
        };
        return new StorageSettings(settings.folder(), settings.syncs(), settings.acceptsLoss(),
                settings.longestRecovery(), settings.limits(),
                Optional.of(new ClusterSettings(cluster.members(), cluster.self(), cluster.electionTimeout(),
                        cluster.tls(), cluster.joins(), cluster.version(), room)),
                settings.minFreeBytes());
    }

    private static int locksOf(JournalCluster cluster, int node) {
        return cluster.node(node).applier.engine().limits().maxLocks();
    }

    @Test
    void whoIsRemovedEndsAndSaysWhyAndTwoRemain() throws Exception {
        try (var cluster = four().startFirst(3)) {
            int leader = cluster.leader();
            int removed = (leader + 1) % 3;
            int other = (leader + 2) % 3;
            var ended = cluster.node(removed).failures;

            assertThat(cluster.operations().remove("n9").text())
                    .startsWith("there is no member 'n9', there are n1, n2, n3");
            cluster.done(operations -> operations.remove(name(removed)));

            JournalCluster.awaitEnd(ended);
            assertThat(ended.get(0)).hasMessageContaining("this node was removed from its cluster");
            cluster.forget(removed);
            assertThat(cluster.operations().remove(name(other)))
                    .isEqualTo(new Verdict(false, "there are 2 members, of which none can be spared; add one first"));
        }
    }

    @Test
    void nobodyIsRemovedWhereTheOthersWouldNotBeAMajority() throws Exception {
        try (var cluster = four().startFirst(3)) {
            int leader = cluster.leader();
            int gone = (leader + 1) % 3;
            int other = (leader + 2) % 3;
            cluster.stop(gone);
            cluster.await(() -> cluster.operations().report().members().get(gone).silentMs() > 2 * ELECTION_TIMEOUT
                    .toMillis());

            long asked = System.nanoTime();
            assertThat(cluster.operations().remove(name(other)).text()).isEqualTo("of 2 members then " + name(gone)
                    + " would not answer or lack too much, so nothing could be decided any more");
            assertThat(Duration.ofNanos(System.nanoTime() - asked))
                    .as("it could have answered meanwhile, as where the leader has yet to hear of it")
                    .isGreaterThanOrEqualTo(ELECTION_TIMEOUT.multipliedBy(2));
            cluster.done(operations -> operations.remove(name(gone)));
        }
    }

    @Test
    void theOneThatLeadsIsRemovedByTheNext() throws Exception {
        try (var cluster = four().startFirst(3)) {
            int leader = cluster.leader();
            var ended = cluster.node(leader).failures;

            cluster.await(() -> !cluster.operations().remove(name(leader)).isDone() && cluster.leader() != leader);
            // Who leads since just now may have yet to hear of the others.
            cluster.done(operations -> operations.remove(name(leader)));

            JournalCluster.awaitEnd(ended);
            assertThat(ended.get(0)).hasMessageContaining("this node was removed from its cluster");
            cluster.forget(leader);
        }
    }

    @Test
    void onlyWhoHasJoinedCanBeAdded() throws Exception {
        try (var cluster = four().startFirst(3)) {
            var n4 = cluster.members.get(3);

            assertThat(cluster.operations().add(cluster.members.get(0)).text())
                    .startsWith("there is a member n1 already");
            assertThat(
                    cluster.operations()
                            .add(new Node("n4", "elsewhere:1", cluster.members.get(0).peerAddress()))
                            .text())
                    .endsWith("a node needs addresses of its own");
            assertThat(cluster.operations().add(n4).text())
                    .isEqualTo("no node answers at " + n4.peerAddress() + "; start it with --join first");
        }
    }

    @Test
    void aMemberWhoseFolderIsEmptyCannotJoinInItsOwnPlace() throws Exception {
        try (var cluster = four().startFirst(3)) {
            int lost = (cluster.leader() + 1) % 3;
            cluster.stop(lost);
            cluster.wipe(lost);

            var starting = cluster.joining(lost, (lost + 1) % 3, (lost + 2) % 3);

            assertThatThrownBy(() -> starting.get(JournalCluster.DEADLINE_SECONDS, TimeUnit.SECONDS))
                    .rootCause()
                    .hasMessageContaining("is empty, but node " + name(lost) + " is a member already");
        }
    }

    private static List<String> names(JournalCluster cluster) {
        return cluster.operations()
                .report()
                .members()
                .stream()
                .map(ClusterReport.Member::node)
                .map(Node::name)
                .toList();
    }

    private static String name(int node) {
        return "n" + (node + 1);
    }

    private static void load(JournalOnFolder node, long connection, AtomicBoolean stop) {
        for (long request = 1; !stop.get(); request++) {
            node.journal.submit(signal(connection, request, "x".repeat(100)));
            node.journal.endTurn();
            LockSupport.parkNanos(200_000); // so that it leaves something to those it loads
        }
    }

    private JournalCluster four() throws Exception {
        return new JournalCluster(folder, 4, ELECTION_TIMEOUT, node -> Optional.empty());
    }
}
