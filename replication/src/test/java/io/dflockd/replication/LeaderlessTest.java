package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.dflockd.engine.order.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class LeaderlessTest {
    private static final Duration ELECTION_TIMEOUT = Duration.ofMillis(100);

    @TempDir private Path folder;

    @Test
    void whoDoesNotAnswerIsNamedOnceWhereNobodyLeads() throws Exception {
        try (var said = new Said(); var cluster = cluster()) {
            int left = cluster.leader();
            int[] gone = {(left + 1) % 3, (left + 2) % 3};
            cluster.stop(gone[0]);
            cluster.stop(gone[1]);

            cluster.await(() -> !said.lines().isEmpty());
            var line = said.lines().get(0);
            for (int node : gone) {
                assertThat(line).contains("node n" + (node + 1) + " at " + cluster.members.get(node).peerAddress()
                        + " does not answer (");
            }
            cluster.start(gone[0]);
            cluster.leader();

            assertThat(said.lines()).as("no more often than each minute").hasSize(1);
        }
    }

    /** It gets no votes, and nobody else tells it why. */
    @Test
    void whoWasRemovedWhileItWasAwayEndsWhenItComesBack() throws Exception {
        try (var cluster = cluster()) {
            int leader = cluster.leader();
            int away = (leader + 1) % 3;
            cluster.stop(away);
            cluster.done(operations -> operations.remove("n" + (away + 1)));

            var ended = cluster.start(away).failures;

            JournalCluster.awaitEnd(ended);
            assertThat(ended.get(0)).hasMessageContaining("this node was removed from its cluster and ends");
            cluster.forget(away);
        }
    }

    /** One that was away when this node was added still says what held before. */
    @Test
    void whoKnowsNothingOfAnAdditionDoesNotEndTheOneThatWasAdded() {
        var before = List.of("n1", "n2", "n3");
        var since = List.of("n1", "n2", "n3", "n4");
        assertThat(Introduction.isRemoved("n4", List.of(says("n3", before)))).isFalse();
        assertThat(Introduction.isRemoved("n4", List.of(says("n3", before), says("n1", since)))).isFalse();
        assertThat(Introduction.isRemoved("n4", List.of(says("n3", before), says("n2", before)))).isTrue();
        assertThat(Introduction.isRemoved("n4", List.of(says("n3", List.of())))).as("not begun").isFalse();
        assertThat(Introduction.isRemoved("n4", List.of())).isFalse();
        assertThat(Introduction.isRemoved("n4", List.of(says("n9", before), says("n3", before))))
                .as("one that is no member itself")
                .isFalse();
    }

    private static Introduction says(String node, List<String> members) {
        return new Introduction(new UUID(1, 2), node, Introduction.Stage.STARTED,
                members.stream().map(name -> new Node(name, "", name + ":1")).toList(), Optional.empty());
    }

    private JournalCluster cluster() throws Exception {
        var cluster = new JournalCluster(folder, 3, ELECTION_TIMEOUT, node -> Optional.empty()).startAll();
        cluster.node(cluster.leader()).apply(JournalOnFolder.signal(1, 1, "all have this"));
        cluster.awaitSameState();
        for (int i = 0; i < 3; i++) {
            int node = i;
            cluster.await(() -> !cluster.node(node).actions.isEmpty());
            cluster.await(() -> Files.exists(cluster.folder(node).resolve("used"))); // else its next start is a first one
        }
        return cluster;
    }

    /** What is said of nobody leading. */
    private static final class Said implements AutoCloseable {
        private final Logger logger = (Logger) LoggerFactory.getLogger(Leaderless.class);
        private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

        Said() {
            appender.start();
            logger.setLevel(Level.WARN);
            logger.addAppender(appender);
        }

        List<String> lines() {
            synchronized (appender) {
                return appender.list.stream().map(event -> event.getKeyValuePairs().toString()).toList();
            }
        }

        @Override
        public void close() {
            logger.detachAppender(appender);
            logger.setLevel(null);
        }
    }
}
