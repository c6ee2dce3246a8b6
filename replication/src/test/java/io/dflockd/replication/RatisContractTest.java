package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.SizeInBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What we rely on and Ratis does not promise, so that a version that changes it is seen here first. */
@Timeout(60)
class RatisContractTest {
    private static final int UNDER_WAY = 64;

    @TempDir private Path folder;

    @Test
    void oneThreadsSubmissionsAreAppliedInTheirOrder() throws Exception {
        var machine = new RecordingMachine(true);
        try (var voter = ready(machine)) {
            var replies = submit(voter, 3_000);

            assertThat(replies).isSortedAccordingTo((a, b) -> Long.compare(a.getLogIndex(), b.getLogIndex()));
        }
        assertThat(machine.applied).hasSize(3_000).isEqualTo(numbers(3_000));
    }

    /** Several threads take turns under a lock, as those do that seal batches. */
    @Test
    void submissionsUnderALockAreAppliedInTheOrderOfTheLock() throws Exception {
        var machine = new RecordingMachine(true);
        var order = new ArrayList<String>();
        try (var voter = ready(machine)) {
            var replies = new ArrayList<CompletableFuture<RaftClientReply>>();
            var threads = new ArrayList<Thread>();
            for (int t = 0; t < 8; t++) {
                int number = t;
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 200; i++) {
                        synchronized (order) {
                            order.add(number + "/" + i);
                            try {
                                replies.add(voter.submit(number + "/" + i));
                            } catch (IOException e) {
                                replies.add(CompletableFuture.failedFuture(e));
                            }
                        }
                    }
                }));
            }
            for (var thread : threads) {
                thread.join();
            }
            for (var reply : replies) {
                assertThat(reply.get(10, TimeUnit.SECONDS).isSuccess()).isTrue();
            }
        }
        assertThat(machine.applied).isEqualTo(order);
    }

    /** A record is in the log when the submission returns: so a lock around it orders the log. */
    @Test
    void whatWasSubmittedIsInTheLogAtOnce() throws Exception {
        var machine = new RecordingMachine(true);
        try (var voter = ready(machine)) {
            long before = voter.division().getRaftLog().getNextIndex();
            var reply = voter.submit("x");

            assertThat(voter.division().getRaftLog().get(before).getStateMachineLogEntry().getLogData().toStringUtf8())
                    .isEqualTo("x");
            assertThat(reply.get(10, TimeUnit.SECONDS).getLogIndex()).isEqualTo(before);
        }
    }

    /** So a mark that is set then is there before anybody is told that something is kept. */
    @Test
    void nothingIsAnsweredBeforeTheMachineWasToldOfTheFlush() throws Exception {
        var mayGoOn = new CompletableFuture<Void>();
        var machine = new RecordingMachine(true);
        try (var voter = ready(machine)) {
            machine.flushing = mayGoOn;
            int before = machine.applied.size();
            var reply = voter.submit("x");
            machine.flushed.await();

            assertThat(reply).isNotDone();
            assertThat(machine.applied).hasSize(before);
            mayGoOn.complete(null);
            assertThat(reply.get(10, TimeUnit.SECONDS).isSuccess()).isTrue();
        }
    }

    @Test
    void aLeaderIsReadyWhenAllOfEarlierTermsIsApplied() throws Exception {
        try (var voter = ready(new RecordingMachine(true))) {
            submit(voter, 500);
        }

        var second = new RecordingMachine(true);
        try (var voter = ready(second)) {
            assertThat(second.appliedWhenReady).isEqualTo(500);
            assertThat(second.applied).isEqualTo(numbers(500));
            assertThat(voter.division().getInfo().getCurrentTerm()).isGreaterThan(1);
        }
    }

    /** Also one that is still {@code NEW}; only loading a snapshot looks at the machine's state. */
    @Test
    void aMachineIsAskedForASnapshotWhateverItsState() throws Exception {
        for (boolean movesToRunning : new boolean[]{true, false}) {
            var machine = new RecordingMachine(movesToRunning);
            try (var voter = ready(machine)) {
                submit(voter, 10);

                assertThat(machine.state()).isEqualTo(movesToRunning ? LifeCycle.State.RUNNING : LifeCycle.State.NEW);
                assertThat(voter.snapshot().getLogIndex()).isEqualTo(machine.snapshotIndex);
                assertThat(machine.snapshotsAsked).hasValue(1);
            }
        }
    }

    @Test
    void aSnapshotLetsTheLogBeforeItGo() throws Exception {
        var properties = properties();
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf("64KB"));
        RaftServerConfigKeys.Log.setPurgePreservationLogNum(properties, 0);
        RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
        var machine = new RecordingMachine(true);
        try (var voter = new OneVoter(properties, machine)) {
            assertThat(machine.ready.await(20, TimeUnit.SECONDS)).isTrue();
            submit(voter, 8_000);
            long files = logFiles();
            assertThat(files).isGreaterThan(3);

            voter.snapshot();

            eventually(() -> logFiles() < files && voter.division().getRaftLog().getStartIndex() > 3_000);
            assertThat(voter.division().getRaftLog().getStartIndex()).isLessThanOrEqualTo(machine.snapshotIndex + 1);
        }
    }

    @Test
    void entriesAreReadWhileOthersAreWritten() throws Exception {
        var machine = new RecordingMachine(true);
        try (var voter = ready(machine)) {
            submit(voter, 100);
            var log = voter.division().getRaftLog();
            var read = new ArrayList<String>();
            for (long i = log.getStartIndex(); i <= log.getLastCommittedIndex(); i++) {
                var entry = log.get(i);
                if (entry.hasStateMachineLogEntry()) {
                    read.add(entry.getStateMachineLogEntry().getLogData().toStringUtf8());
                }
            }
            assertThat(read).isEqualTo(numbers(100));
        }
    }

    /** A batch may be 1 MiB and one action longer. It is read again, and checked, also behind others. */
    @Test
    void theLongestRecordFits() throws Exception {
        var longest = Message.valueOf(ByteString.copyFrom(new byte[(17 << 20) + 4_096]));
        try (var voter = ready(new RecordingMachine(true))) {
            submit(voter, 10);
            assertThat(voter.submit(longest).get(20, TimeUnit.SECONDS).isSuccess()).isTrue();
            submit(voter, 10);
        }
        var current = folder.resolve(OneVoter.GROUP.getUuid().toString()).resolve("current");
        assertThat(LogCheck.check(current, RaftSettings.MAX_RECORD, false).cutAt()).isEmpty();
        var second = new RecordingMachine(true);
        try (var ignoredVoter = ready(second)) {
            assertThat(second.applied).hasSize(21);
        }
    }

    @Test
    void aRecordThatIsTooLongIsRefusedAndNoMore() throws Exception {
        var machine = new RecordingMachine(true);
        try (var voter = ready(machine)) {
            var reply = voter.submit(Message.valueOf(ByteString.copyFrom(new byte[25 << 20])));

            assertThat(reply.get(20, TimeUnit.SECONDS).getException())
                    .hasMessageContaining("exceeds the max buffer limit");
        }
    }

    private RaftProperties properties() {
        return new RaftSettings(folder, "127.0.0.1", 0, Duration.ofMillis(50), true).properties();
    }

    private OneVoter ready(RecordingMachine machine) throws Exception {
        var voter = new OneVoter(folder, machine);
        assertThat(machine.ready.await(20, TimeUnit.SECONDS)).as("it leads").isTrue();
        return voter;
    }

    private static List<RaftClientReply> submit(OneVoter voter, int count) throws Exception {
        var underWay = new ArrayDeque<CompletableFuture<RaftClientReply>>();
        var replies = new ArrayList<RaftClientReply>();
        for (int i = 0; i < count; i++) {
            if (underWay.size() == UNDER_WAY) {
                replies.add(underWay.remove().get(10, TimeUnit.SECONDS));
            }
            underWay.add(voter.submit(Integer.toString(i)));
        }
        for (var reply : underWay) {
            replies.add(reply.get(10, TimeUnit.SECONDS));
        }
        assertThat(replies).allMatch(RaftClientReply::isSuccess);
        return replies;
    }

    private static List<String> numbers(int count) {
        return Stream.iterate(0, i -> i + 1).limit(count).map(i -> Integer.toString(i)).toList();
    }

    private long logFiles() {
        return LiveFolder.names(folder).filter(name -> name.matches("log_(inprogress_)?\\d+(-\\d+)?")).count();
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void eventually(Condition condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
