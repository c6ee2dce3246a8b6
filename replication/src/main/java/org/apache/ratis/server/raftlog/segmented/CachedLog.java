package org.apache.ratis.server.raftlog.segmented;

import org.apache.ratis.server.raftlog.RaftLog;

/**
 * Lets go what Ratis has of a log in memory. It has a rule of its own for that, which on a leader with a follower that is
 * behind lets go of one file each time it looks, and may look once for several that came: what it has then only grows, until
 * that follower is back. There is no other way to say so, therefore this is in the package of Ratis that knows how.
 */
public final class CachedLog {
    private CachedLog() {}

    /**
     * Lets go the entries of all files that are finished on the disk and applied; they are read from there when they are
     * wanted. Waits while an entry is appended.
     *
     * @param finished the last index of a file that is finished
     */
    public static void evict(RaftLog log, long finished, long applied) {
        if (log instanceof SegmentedRaftLog files) {
            var lock = files.writeLock();
            try {
                files.getRaftLogCache().evictCache(new long[0], finished, applied);
            } finally {
                lock.close();
            }
        }
    }

    /** How many finished files have entries in memory. */
    public static long files(RaftLog log) {
        return log instanceof SegmentedRaftLog files ? files.getRaftLogCache().getCachedSegmentNum() : 0;
    }
}
