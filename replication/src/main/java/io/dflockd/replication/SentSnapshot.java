package io.dflockd.replication;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.statemachine.SnapshotInfo;

/**
 * A snapshot as Ratis sends it to one follower: it asks for its file before each part, which is where it is told to wait. Used
 * by one thread.
 */
final class SentSnapshot implements SnapshotInfo {
    /** Ratis asks at the beginning, and for one part more than it sends unanswered. */
    private static final int UNANSWERED = 1 + Sending.UNDER_WAY + 1;

    private final TermIndex last;
    private final List<FileInfo> files;
    private final Sending sending;
    private int asked;

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
            if (++asked > UNANSWERED) {
                sending.answered(last.getIndex(), System.nanoTime());
            }
            TimeUnit.NANOSECONDS.sleep(sending.take(System.nanoTime()));
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
