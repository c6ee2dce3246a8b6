package io.dflockd.replication;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.raftlog.segmented.CachedLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds what Ratis has of the log in memory, whoever reads it: whenever so much was written or read, what is on the disk and
 * applied is let go.
 */
final class LogCache {
    private static final Logger LOG = LoggerFactory.getLogger(LogCache.class);
    private static final int FILES = 4;

    private final LogMachine machine;
    private final Executor events;
    private final long most;
    private final AtomicLong bytes = new AtomicLong();

    LogCache(LogMachine machine, Executor events, LogRoom room) {
        this.machine = machine;
        this.events = events;
        this.most = FILES * room.segmentBytes();
    }

    /** An entry of so many bytes was written, and applied. */
    void applied(int count) {
        if (isTooMuch(count)) {
            events.execute(this::evict);
        }
    }

    /** Null where there is no such entry. */
    @Nullable
    LogEntryProto read(long index) throws IOException {
        var entry = machine.log().get(index);
        if (entry != null && isTooMuch(entry.getSerializedSize())) {
            evict();
        }
        return entry;
    }

    private boolean isTooMuch(int count) {
        long now = bytes.addAndGet(count);
        return now > most && bytes.compareAndSet(now, 0);
    }

    private void evict() {
        try {
            CachedLog.evict(machine.log(), KeptLog.finished(machine.currentFolder()),
                    machine.getLastAppliedTermIndex().getIndex());
        } catch (IOException | RuntimeException e) {
            // The next time will do. Where the folder is broken, whoever writes there says so.
            LOG.atWarn().setMessage("what is in memory of the log cannot be let go").setCause(e).log();
        }
    }
}
