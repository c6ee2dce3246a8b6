package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.raftlog.segmented.CachedLog;
import org.apache.ratis.util.SizeInBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LogCacheTest {
    private static final int FILE_BYTES = 1 << 16;

    @TempDir private Path folder;

    @Test
    void whatIsFinishedAndAppliedIsLetGoAndReadAgain() throws Exception {
        var properties = new RaftSettings(folder, "127.0.0.1", 0, Duration.ofMillis(50), true).properties();
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf(FILE_BYTES));
        // A thread of Ratis lets go by a rule of its own, at some time after an append.
        RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 1_000);
        RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties, SizeInBytes.valueOf("1GB"));
        var machine = new RecordingMachine(true);
        try (var voter = new OneVoter(properties, machine)) {
            assertThat(machine.ready.await(20, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 40; i++) {
                assertThat(voter.submit("x".repeat(FILE_BYTES / 8)).get(10, TimeUnit.SECONDS).isSuccess()).isTrue();
            }
            var log = voter.division().getRaftLog();
            var current = voter.division().getRaftStorage().getStorageDir().getCurrentDir().toPath();
            long first = log.getStartIndex();
            var before = List.of(log.get(first), log.get(first + 12));
            assertThat(CachedLog.files(log)).isPositive();

            CachedLog.evict(log, KeptLog.finished(current), first + 12);
            assertThat(CachedLog.files(log)).as("a file that is not applied yet stays").isPositive();
            CachedLog.evict(log, -1, log.getLastCommittedIndex());
            assertThat(CachedLog.files(log)).as("one that is not finished stays").isPositive();

            CachedLog.evict(log, KeptLog.finished(current), log.getLastCommittedIndex());
            assertThat(CachedLog.files(log)).isZero();
            assertThat(List.of(log.get(first), log.get(first + 12))).isEqualTo(before);
        }
    }
}
