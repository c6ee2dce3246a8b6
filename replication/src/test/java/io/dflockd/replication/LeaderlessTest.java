package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
            cluster.await(() -> cluster.node(cluster.leader()).journal.operations()
                    .orElseThrow()
                    .remove("n" + (away + 1))
                    .isDone());

            var ended = cluster.start(away).failures;

            JournalCluster.awaitEnd(ended);
            assertThat(ended.get(0)).hasMessageContaining("this node was removed from its cluster and ends");
            cluster.forget(away);
        }
    }

    private JournalCluster cluster() throws Exception {
        var cluster = new JournalCluster(folder, 3, ELECTION_TIMEOUT, node -> Optional.empty()).startAll();
        for (int i = 0; i < 3; i++) {
            int node = i;
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
