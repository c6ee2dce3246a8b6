package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.Engine;
import io.dflockd.engine.order.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.ratis.protocol.RaftClientReply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The state machine on three nodes over real gRPC: leaders that go, followers that were away. */
@Timeout(120)
class ThreeVotersTest {
    private static final long SEED = System.nanoTime();

    @TempDir private Path folder;
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final ExecutorService[] events = new ExecutorService[Voters.COUNT];
    private final EngineApplier[] appliers = new EngineApplier[Voters.COUNT];
    private final LogMachine[] machines = new LogMachine[Voters.COUNT];
    private final Batches batches = new Batches(SEED);
    private Voters voters;

    @BeforeEach
    void startAll() throws Exception {
        voters = new Voters(folder);
        for (int i = 0; i < Voters.COUNT; i++) {
            events[i] = Executors.newSingleThreadExecutor();
            start(i);
        }
    }

    @AfterEach
    void stopAll() throws Exception {
        voters.close();
        for (var one : events) {
            one.shutdownNow();
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void allNodesComeToTheSameStateAlsoWhenTheLeaderGoes() throws Exception {
        int first = leader(-1);
        submit(first, 30);
        await(() -> allAreSame(0, 1, 2));

        voters.stop(first);
        int second = leader(first);
        assertThat(appliers[second].events).endsWith("lead").contains("follow " + Voters.name(first));
        assertThat(machines[second].standing().leader()).map(Node::name).contains(Voters.name(second));
        submit(second, 30);
        start(first);

        await(() -> allAreSame(0, 1, 2));
        await(() -> appliers[first].events.contains("follow " + Voters.name(second)));
        assertThat(machines[first].standing().leads()).isFalse();
    }

    @Test
    void aFollowerThatWasAwayForLongGetsASnapshot() throws Exception {
        int leader = leader(-1);
        int away = (leader + 1) % Voters.COUNT;
        int other = (leader + 2) % Voters.COUNT;
        submit(leader, 5);
        await(() -> allAreSame(0, 1, 2));
        voters.stop(away);
        for (int i = 0; i < 2; i++) {
            submit(leader, 100);
            machines[leader].writeSnapshot();
        }
        machines[leader].purge(KeptLog.NONE);
        await(() -> voters.division(leader).getRaftLog().getStartIndex() > 20);
        submit(leader, 10);

        start(away);

        await(() -> allAreSame(leader, away, other));
        assertThat(appliers[away].events).contains("replace");
        var snapshot = machines[away].snapshots().latest().orElseThrow();
        assertThat(SnapshotFile.verify(snapshot.path())).isEqualTo(snapshot.head());
        try (var files = Files.newDirectoryStream(snapshot.path().getParent())) {
            assertThat(files).as("Ratis' digest is cleared away").containsExactly(snapshot.path());
        }
        submit(leader, 10);
        await(() -> allAreSame(leader, away, other));
    }

    @Test
    void aFollowerHearsOfASnapshotBeforeItsLogGoesAndMayHaveNoneThen() throws Exception {
        int leader = leader(-1);
        int away = (leader + 1) % Voters.COUNT;
        submit(leader, 5);
        await(() -> allAreSame(0, 1, 2));
        voters.stop(away);
        for (int i = 0; i < 2; i++) {
            submit(leader, 100);
            machines[leader].writeSnapshot();
        }
        machines[leader].purge(KeptLog.NONE);
        await(() -> voters.division(leader).getRaftLog().getStartIndex() > 20);
        var told = new CopyOnWriteArrayList<String>();

        start(away, new LogMachine.Mark() {
            @Override
            public void written(long index) {
                told.add("written " + index);
            }

            @Override
            public void installed(long index) throws IOException {
                told.add("installed " + index + ", of the log there are " + recordsOf(away) + " records");
            }
        });
        await(() -> allAreSame(0, 1, 2));

        long index = machines[away].snapshots().latest().orElseThrow().head().index();
        assertThat(told.getFirst()).startsWith("installed " + index).doesNotEndWith(" 0 records");
        await(() -> (recordsOf(away) == 0) == (told.size() == 1));
    }

    private long recordsOf(int node) throws IOException {
        return LogCheck.check(machines[node].currentFolder(), RaftSettings.MAX_RECORD, false).records();
    }

    private void start(int node) throws Exception {
        start(node, LogMachine.Mark.NONE);
    }

    private void start(int node, LogMachine.Mark mark) throws Exception {
        appliers[node] = new EngineApplier(batches.history.limits());
        machines[node] = new LogMachine(appliers[node], Engine::readSnapshot,
                ThreeVotersTest::members, events[node], this::failed,
                (batch, bytes, checkpoint) -> {});
        machines[node].beforeAnythingIsKept(mark);
        voters.start(node, machines[node]);
    }

    private static List<Node> members() {
        return IntStream.range(0, Voters.COUNT)
                .mapToObj(i -> new Node(Voters.name(i), "localhost:6388", "localhost:6390"))
                .toList();
    }

    /** That a node was closed is no failure here. */
    private void failed(Throwable failure) {
        if (!LogMachine.ENDED.equals(failure.getMessage())) {
            failures.add(failure);
        }
    }

    private int leader(int butNot) throws Exception {
        int[] found = {-1};
        await(() -> {
            for (int i = 0; i < Voters.COUNT; i++) {
                if (i != butNot && machines[i].standing().leads()) {
                    found[0] = i;
                }
            }
            return found[0] >= 0;
        });
        return found[0];
    }

    private void submit(int leader, int count) throws Exception {
        var replies = new ArrayList<CompletableFuture<RaftClientReply>>();
        for (int i = 0; i < count; i++) {
            replies.add(voters.submit(leader, batches.next(machines[leader].standing().term())));
        }
        for (var reply : replies) {
            assertThat(reply.get(20, TimeUnit.SECONDS).getException()).isNull();
        }
    }

    private boolean allAreSame(int... nodes) throws Exception {
        for (int node : nodes) {
            if (appliers[node].nowMs() != batches.reference.nowMs()
                    || !Arrays.equals(appliers[node].octets(), batches.reference.octets())) {
                return false;
            }
        }
        return true;
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("in time, seed " + SEED).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
