package io.dflockd.replication;

import static io.dflockd.replication.JournalOnFolder.ask;
import static io.dflockd.replication.JournalOnFolder.signal;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.Action;
import io.dflockd.engine.Command;
import io.dflockd.engine.order.ClusterReport;
import io.dflockd.engine.order.Operations.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Three journals that speak gRPC: one order, whoever leads. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
class ThreeJournalsTest {
    private static final Duration ELECTION_TIMEOUT = Duration.ofMillis(500);

    @TempDir private Path folder;

    @Test
    void allComeToTheSameStateAndKnowWhoLeads() throws Exception {
        try (var cluster = three(ELECTION_TIMEOUT).startAll()) {
            int leader = cluster.leader();
            var node = cluster.node(leader);
            for (int i = 1; i <= 50; i++) {
                node.apply(ask(i, new Command.SetValue("k" + i, "v", 0)));
            }

            cluster.awaitSameState();

            var leading = cluster.members.get(leader);
            for (int i = 0; i < 3; i++) {
                var journal = cluster.node(i).journal;
                cluster.await(() -> journal.standing().leader().isPresent());
                assertThat(journal.standing().leader()).contains(leading);
                assertThat(journal.standing().members()).isEqualTo(cluster.members);
                assertThat(journal.standing().leads()).isEqualTo(i == leader);
                assertThat(cluster.node(i).applier.engine().census().values()).isEqualTo(50);
            }
            int other = (leader + 1) % 3;
            assertThat(cluster.node(other).applier.events).contains("follow " + leading.name()).doesNotContain("lead");
            cluster.node(other).journal.submit(signal(1, 1, "x"));
            cluster.node(other).journal.endTurn();
            node.apply(signal(1, 2, "y"));
            assertThat(node.actions).extracting(Action::request).endsWith(50L, 2L);
        }
    }

    /** The time-out is so long that nobody would lead in time by noticing. */
    @Test
    void aLeaderThatIsClosedHandsOver() throws Exception {
        try (var cluster = three(Duration.ofSeconds(8)).startAll()) {
            int first = cluster.leader();
            for (int i = 1; i <= 20; i++) {
                cluster.node(first).apply(ask(i, new Command.SetValue("k" + i, "v", 0)));
            }

            cluster.stop(first);
            long stopped = System.nanoTime();
            int second = cluster.leader();

            assertThat(Duration.ofNanos(System.nanoTime() - stopped)).isLessThan(Duration.ofSeconds(4));
            assertThat(cluster.node(second).applier.engine().census().values()).isEqualTo(20);
            assertThat(cluster.node(second).applier.events).endsWith("lead");
            cluster.node(second).apply(ask(21, new Command.SetValue("k21", "v", 0)));
            cluster.start(first);
            cluster.awaitSameState();
        }
    }

    @Test
    void aFollowerThatWasAwayCatchesUp() throws Exception {
        try (var cluster = three(ELECTION_TIMEOUT).startAll()) {
            int leader = cluster.leader();
            int away = (leader + 1) % 3;
            cluster.stop(away);
            for (int i = 1; i <= 100; i++) {
                cluster.node(leader).apply(ask(i, new Command.SetValue("k" + i, "v", 0)));
            }

            cluster.start(away);

            cluster.awaitSameState();
            assertThat(cluster.node(away).applier.engine().census().values()).isEqualTo(100);
        }
    }

    @Test
    void aLeaderWithoutFollowersSaysThatItFollows() throws Exception {
        try (var cluster = three(ELECTION_TIMEOUT).startAll()) {
            int deposed = cluster.leader();
            var node = cluster.node(deposed);
            node.apply(ask(1, new Command.SetValue("k", "kept", 0)));
            cluster.stop((deposed + 1) % 3);
            cluster.stop((deposed + 2) % 3);
            for (int i = 0; i < 20; i++) {
                node.journal.submit(signal(2, i, "not decided"));
                node.journal.endTurn();
            }

            cluster.await(() -> node.applier.events.get(node.applier.events.size() - 1).equals("follow nobody"));

            assertThat(node.actions).hasSize(1);
            assertThat(node.journal.standing().leads()).isFalse();
            assertThat(node.journal.standing().leader()).isEmpty();
            assertThat(node.journal.isFull()).isFalse();
            node.journal.submit(signal(2, 100, "to nobody"));
            node.journal.endTurn();
            cluster.start((deposed + 1) % 3);
            int next = cluster.leader();
            cluster.node(next).apply(ask(2, new Command.SetValue("l", "kept", 0)));
            cluster.start((deposed + 2) % 3);
            cluster.awaitSameState();
            assertThat(node.applier.engine().census().values()).isEqualTo(2);
            assertThat(node.actions).extracting(Action::request).doesNotContain(100L);
        }
    }

    @Test
    void allGoOnAfterAllWereClosed() throws Exception {
        try (var cluster = three(ELECTION_TIMEOUT).startAll()) {
            cluster.node(cluster.leader()).apply(ask(1, new Command.SetValue("k", "v", 0)));
            long term = cluster.node(cluster.leader()).journal.standing().term();
            for (int i = 0; i < 3; i++) {
                cluster.stop(i);
            }

            cluster.start(0);
            cluster.start(1);

            int leader = cluster.leader();
            assertThat(cluster.node(leader).journal.standing().term()).isGreaterThan(term);
            assertThat(cluster.node(leader).applier.engine().census().values()).isOne();
        }
    }

    /** Only the leader moves the time on. */
    @Test
    void aLeaseEndsOnAllThoughNobodyHandsAnythingIn() throws Exception {
        try (var cluster = three(ELECTION_TIMEOUT).startAll()) {
            int leader = cluster.leader();
            cluster.node(leader).apply(ask(1, new Command.SetValue("k", "v", 10_000)));
            cluster.pass(Duration.ofMillis(LogClock.HOLD_BACK_MS + 10_000));

            cluster.await(() -> cluster.node((leader + 1) % 3).applier.engine().census().values() == 0);

            cluster.awaitSameState();
        }
    }

    @Test
    void aLeaseEndsThoughTheLeaderCouldNotHandOverAndNobodyHandsAnythingIn() throws Exception {
        try (var cluster = three(ELECTION_TIMEOUT).startAll()) {
            int leader = cluster.leader();
            int gone = (leader + 1) % 3;
            var node = cluster.node(leader);
            node.apply(ask(1, new Command.SetValue("k", "v", 10_000)));
            cluster.stop(gone);

            assertThat(node.journal.handOver(Optional.of(cluster.members.get(gone).name()))).isFalse();
            cluster.pass(Duration.ofMillis(LogClock.HOLD_BACK_MS + 10_000));

            cluster.await(() -> node.applier.engine().census().values() == 0);
        }
    }

    /** What was handed in by whoever led is applied once and in its order, or not at all and told of. */
    @Test
    void theLeadershipGoesRoundUnderLoad() throws Exception {
        try (var cluster = three(ELECTION_TIMEOUT).startAll()) {
            var stop = new AtomicBoolean();
            var loads = new ArrayList<Thread>();
            for (int i = 0; i < 3; i++) {
                var node = cluster.node(i);
                long connection = 100L + i;
                loads.add(Thread.ofPlatform().start(() -> load(node, connection, stop)));
            }
            int handedOver = 0;
            try {
                for (int i = 0; i < 12; i++) {
                    int leader = cluster.leader();
                    var to = i % 2 == 0
                            ? Optional.<String>empty()
                            : Optional.of(cluster.members.get((leader + 1 + i % 4 / 2) % 3).name());
                    if (cluster.node(leader).journal.operations().orElseThrow().transfer(to).isDone()) {
                        handedOver++;
                    }
                }
            } finally {
                stop.set(true);
                for (var load : loads) {
                    load.join();
                }
            }

            assertThat(handedOver).isGreaterThan(6);
            int leader = cluster.leader();
            cluster.node(leader).apply(ask(1, new Command.SetValue("last", "v", 0)));
            cluster.awaitSameState();
            var actions = List.copyOf(cluster.node(leader).actions);
            assertThat(cluster.node((leader + 1) % 3).actions).isEqualTo(actions);
            for (int i = 0; i < 3; i++) {
                long connection = 100L + i;
                var requests = actions.stream()
                        .filter(action -> action.connection() == connection)
                        .map(Action::request)
                        .toList();
                assertThat(requests).isSorted().doesNotHaveDuplicates();
            }
        }
    }

    private static void load(JournalOnFolder node, long connection, AtomicBoolean stop) {
        for (long request = 1; !stop.get(); request++) {
            node.journal.submit(signal(connection, request, "x".repeat(100)));
            node.journal.endTurn();
            LockSupport.parkNanos(50_000); // so that three of them leave something to those they load
        }
    }

    @Test
    void onlyAnotherMemberCanBeToldToLead() throws Exception {
        try (var cluster = three(ELECTION_TIMEOUT).startAll()) {
            int leader = cluster.leader();
            var operations = cluster.node(leader).journal.operations().orElseThrow();

            assertThat(operations.transfer(Optional.of("n9")))
                    .isEqualTo(new Verdict(false, "there is no member 'n9', there are n1, n2, n3"));
            var self = "n" + (leader + 1);
            assertThat(operations.transfer(Optional.of(self))).isEqualTo(new Verdict(true, self + " leads already"));
            assertThat(cluster.node((leader + 1) % 3).journal.operations().orElseThrow().transfer(Optional.empty()))
                    .isEqualTo(new Verdict(false, "this node does not lead any more; ask again"));
            assertThat(cluster.node(leader).journal.standing().leads()).isTrue();
        }
    }

    @Test
    void aMemberThatIsGoneCannotBeToldToLeadAndTheReportSaysSo() throws Exception {
        try (var cluster = three(ELECTION_TIMEOUT).startAll()) {
            int leader = cluster.leader();
            int gone = (leader + 1) % 3;
            cluster.node(leader).apply(ask(1, new Command.SetValue("before", "v", 0)));
            cluster.stop(gone);
            var operations = cluster.node(leader).journal.operations().orElseThrow();
            cluster.node(leader).apply(ask(2, new Command.SetValue("after", "v", 0)));

            cluster.await(() -> operations.report().members().get(gone).silentMs() > 2 * ELECTION_TIMEOUT.toMillis());
            assertThat(operations.transfer(Optional.of("n" + (gone + 1))).text())
                    .startsWith("n" + (gone + 1) + " does not answer, for ");
            var report = operations.report();
            assertThat(report.standing().leader()).contains(cluster.members.get(leader));
            assertThat(report.members()).extracting(ClusterReport.Member::node).isEqualTo(cluster.members);
            assertThat(report.members().get(leader).leads()).isTrue();
            assertThat(report.members().get(gone).lag()).isPositive();
            assertThat(report.applied()).isEqualTo(operations.applied()).isPositive();
            assertThat(report.committed()).isGreaterThanOrEqualTo(report.applied());
            assertThat(report.members().get(gone).details()).isEmpty();
            for (int there : new int[]{leader, (leader + 2) % 3}) {
                var details = report.members().get(there).details().orElseThrow();
                assertThat(details.version()).isEqualTo("unknown");
                assertThat(details.disk().logBytes()).isPositive();
                assertThat(details.disk().freeBytes()).isPositive();
            }
        }
    }

    private JournalCluster three(Duration electionTimeout) throws Exception {
        return new JournalCluster(folder, 3, electionTimeout, node -> Optional.empty());
    }
}
