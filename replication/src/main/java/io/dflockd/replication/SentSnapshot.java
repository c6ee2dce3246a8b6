package io.dflockd.replication;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.statemachine.SnapshotInfo;

/** A snapshot as Ratis sends it to a follower: it asks for its file before each part, which is where it is told to wait. */
final class SentSnapshot implements SnapshotInfo {
    private final TermIndex last;
    private final List<FileInfo> files;
    private final Sending sending;

    SentSnapshot(SnapshotStorage.Stored stored, Sending sending) {
        this.last = TermIndex.valueOf(stored.head().term(), stored.head().index());
        // Without a digest Ratis takes its own while it sends the file.
        this.files = List.of(new FileInfo(stored.path(), null));
        this.sending = sending;
    }

    @Override
    public TermIndex getTermIndex() {
        return last;
    }

    /** Blocks until the next part may be sent, some hundredths of a second where others were sent just now. */
    @Override
    public List<FileInfo> getFiles() {
        try {
            TimeUnit.NANOSECONDS.sleep(sending.take(last.getIndex(), System.nanoTime()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Ratis is ending, and sees that itself
        }
        return files;
    }

    @Override
    public String toString() {
        return "snapshot " + last;
    }
}
