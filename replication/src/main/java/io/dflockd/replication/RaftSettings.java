package io.dflockd.replication;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/**
 * How Ratis is set up. All that is not named here is its default.
 *
 * @param folder where the log and the snapshots are
 * @param host where other nodes reach this one
 * @param port the same; 0 for any that is free, where there are no others
 * @param electionTimeout how long a follower hears nothing before it asks for votes; at most twice as long
 * @param syncs whether a batch is on the disk before it counts as written
 */
record RaftSettings(Path folder, String host, int port, Duration electionTimeout, boolean syncs) {
    /**
     * The longest record of the log: a full batch with one action more than fits, of the longest argument that a server can
     * be told to accept. Not of this server's own, as what was written before must be read whatever is set now.
     */
    static final SizeInBytes MAX_RECORD = SizeInBytes.valueOf("24MB");

    /** The longest batch: Ratis puts something around it. */
    static final int MAX_BATCH_BYTES = MAX_RECORD.getSizeInt() - 4_096;

    /** A record goes through it in one piece. */
    private static final SizeInBytes WRITE_BUFFER = SizeInBytes.valueOf("25MB");

    private static final LogRoom ROOM = LogRoom.OF_THIS_PROCESS;
    private static final SizeInBytes SEGMENT = SizeInBytes.valueOf(ROOM.segmentBytes());
    private static final SizeInBytes PREALLOCATED = SizeInBytes.valueOf(Math.min(4 << 20, ROOM.segmentBytes()));
    /** More than the journal lets wait: what Ratis refuses for its length would be missing, and what it lets wait blocks. */
    private static final SizeInBytes UNDER_WAY = SizeInBytes.valueOf("1GB");
    private static final TimeDuration NEVER = TimeDuration.valueOf(10_000, TimeUnit.DAYS);
    /**
     * How long the leader lets a follower be that does not answer, and how many times: first hardly, later some, and for as
     * long as it is gone. By default that grows to 5 s, and it takes some attempts until one is heard that is back.
     */
    private static final String BETWEEN_ATTEMPTS = "1ms,10, 100ms,2000000000";

    /** Of a node that has no others and so listens nowhere. */
    static RaftProperties alone(Path folder, Duration electionTimeout, boolean syncs) {
        var properties = new RaftSettings(folder, "127.0.0.1", 0, electionTimeout, syncs).properties();
        RaftConfigKeys.Rpc.setType(properties, new NoNetwork());
        // The first election is over as soon as it may be. Later a leader looks as often whether it still is one.
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, ms(1_000));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, ms(2_000));
        // Whoever stood still for a while would give up its leadership: to nobody's good here.
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(properties, NEVER);
        // A record behind the latest batch shows that this was whole once, so that damage there is no torn end: nobody else has it.
        RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, true);
        return properties;
    }

    RaftProperties properties() {
        var properties = new RaftProperties();
        RaftConfigKeys.Rpc.setType(properties, SupportedRpcType.GRPC);
        GrpcConfigKeys.Server.setHost(properties, host);
        GrpcConfigKeys.Server.setPort(properties, port);
        RaftServerConfigKeys.setStorageDir(properties, List.of(folder.toFile()));
        // Whoever stood still goes on as a follower, however long it was.
        RaftServerConfigKeys.setCloseThreshold(properties, NEVER);
        elections(properties);
        log(properties);
        snapshots(properties);
        underWay(properties);
        // We never send anything twice; by default replies of a minute stay on the heap.
        RaftServerConfigKeys.RetryCache.setExpiryTime(properties, ms(2_000));
        return properties;
    }

    private void elections(RaftProperties properties) {
        long shortest = electionTimeout.toMillis();
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, ms(shortest));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, ms(2 * shortest));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, ms(shortest));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, ms(2 * shortest));
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(properties, ms(1_000));
        RaftServerConfigKeys.LeaderElection.setPreVote(properties, true);
        GrpcConfigKeys.Server.setHeartbeatChannel(properties, true);
    }

    private void log(RaftProperties properties) {
        // The buffer of an appender bounds what one record may take, in the log and on its way to a follower.
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, MAX_RECORD);
        RaftServerConfigKeys.Log.Appender.setRetryPolicy(properties, BETWEEN_ATTEMPTS);
        RaftServerConfigKeys.Log.setWriteBufferSize(properties, WRITE_BUFFER);
        RaftServerConfigKeys.Log.setQueueByteLimit(properties, UNDER_WAY);
        RaftServerConfigKeys.Write.setByteLimit(properties, UNDER_WAY);
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SEGMENT);
        RaftServerConfigKeys.Log.setPreallocatedSize(properties, PREALLOCATED);
        RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 1);
        RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties, SEGMENT);
        RaftServerConfigKeys.Log.setUnsafeFlushEnabled(properties, !syncs);
        // Else a record of how far it is decided follows each batch, through every disk and to every node: for those who would
        // know that where most nodes are lost for good. Here nothing is applied that a majority does not have.
        RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
    }

    private static void snapshots(RaftProperties properties) {
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
        // What stays for followers is ours to say too: a record may be long.
        RaftServerConfigKeys.Log.setPurgePreservationLogNum(properties, 0);
        RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
        // When a snapshot is due is ours to say, by the bytes of the log.
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, false);
        RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, false);
        RaftServerConfigKeys.Snapshot.setTriggerWhenRemoveEnabled(properties, false);
    }

    /** A record is longer than a part of the buffer only where it has to be, so their number bounds what a message has. */
    private static void underWay(RaftProperties properties) {
        GrpcConfigKeys.Server.setLeaderOutstandingAppendsMax(properties, LogRoom.MESSAGES);
        RaftServerConfigKeys.Log.Appender.setBufferElementLimit(properties, ROOM.recordsAtOnce());
        GrpcConfigKeys.Server.setInstallSnapshotRequestElementLimit(properties, Sending.UNDER_WAY);
        GrpcConfigKeys.Server.setInstallSnapshotRequestTimeout(properties, ms(Sending.ANSWER.toMillis()));
        RaftServerConfigKeys.Log.Appender.setSnapshotChunkSizeMax(properties, SizeInBytes.valueOf(ROOM.chunkBytes()));
    }

    private static TimeDuration ms(long millis) {
        return TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
    }
}
