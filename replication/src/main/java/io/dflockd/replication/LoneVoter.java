package io.dflockd.replication;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ratis on one folder, with no other voters. */
final class LoneVoter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoneVoter.class);
    private static final String NAME = "n1";
    /** Nobody else could win, so nothing is gained by waiting. */
    private static final Duration ELECTION_TIMEOUT = Duration.ofMillis(20);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

    private final DataFolder folder;
    private final RaftServer server;
    private final RaftGroupId group;
    private final ClientId client = ClientId.randomId();
    private RaftServer.@Nullable Division division;
    private long calls;

    private LoneVoter(DataFolder folder, RaftServer server, RaftGroupId group) {
        this.folder = folder;
        this.server = server;
        this.group = group;
    }

    /** Takes the folder, makes it this node's where it is new, and sees whether its log is whole. */
    static LoneVoter open(StorageSettings settings, LogMachine machine) throws IOException {
        var folder = DataFolder.open(settings.folder());
        try {
            var identity = folder.identity().orElseGet(() -> new Identity(UUID.randomUUID(), NAME));
            folder.claim(identity);
            check(folder, identity, settings.acceptsLoss());
            return new LoneVoter(folder, server(folder, identity, settings, machine), groupOf(identity));
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private static void check(DataFolder folder, Identity identity, boolean acceptsLoss) throws IOException {
        var current = folder.segments(identity);
        var result = LogCheck.check(current, RaftSettings.MAX_RECORD, acceptsLoss);
        long snapshot = SnapshotStorage.latestIndex(folder.snapshots(identity));
        result.requireFrom(current, snapshot);
        if (result.records() == 0 && folder.isUsed() && !acceptsLoss) {
            throw new DataFolderException(current, "has no records, though this node has written some",
                    "put the folder back from a copy");
        }
        LOG.atInfo()
                .setMessage("the log is whole")
                .addKeyValue("records", result.records())
                .addKeyValue("from", result.firstIndex())
                .addKeyValue("snapshot", snapshot)
                .log();
    }

    private static RaftServer server(
            DataFolder folder, Identity identity, StorageSettings settings, LogMachine machine) throws IOException {
        var peer = RaftPeer.newBuilder().setId(identity.node()).setAddress("127.0.0.1:0").build();
        return RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf(identity.node()))
                .setGroup(RaftGroup.valueOf(groupOf(identity), peer))
                .setStateMachine(machine)
                .setProperties(RaftSettings.alone(folder.log(), ELECTION_TIMEOUT, settings.syncs()))
                .setOption(RaftStorage.StartupOption.RECOVER)
                .build();
    }

    private static RaftGroupId groupOf(Identity identity) {
        return RaftGroupId.valueOf(identity.cluster());
    }

    /** Reads what there is. Ratis throws more than it says where that is not as it left it. */
    void start() throws IOException {
        try {
            server.start();
            division = server.getDivision(group);
        } catch (IOException | RuntimeException e) {
            Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
            throw new DataFolderException(folder.log(), "cannot be read (" + cause.getMessage() + ")",
                    "put the folder back from a copy", cause);
        }
    }

    /** From now on something may be answered: a folder without a log is not a new one any more. */
    void use() throws IOException {
        folder.use();
    }

    /** Hands it to the division in the calling thread, which fixes its place. One thread at a time. */
    CompletableFuture<RaftClientReply> submit(Proposal proposal) {
        try {
            var to = division == null ? server.getDivision(group) : division;
            var request = RaftClientRequest.newBuilder()
                    .setClientId(client)
                    .setServerId(server.getId())
                    .setGroupId(group)
                    .setCallId(++calls)
                    .setMessage(proposal)
                    .setType(RaftClientRequest.writeRequestType())
                    .build();
            return ((RaftClientAsynchronousProtocol) to).submitClientRequestAsync(request);
        } catch (IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Does not wait for long for a disk that answers no more: what is not on it was acknowledged to nobody. */
    @Override
    public void close() {
        var closing = Thread.ofPlatform().daemon().name("dflockd-log-close").start(this::closeServer);
        try {
            if (!closing.join(LONGEST_CLOSE)) {
                LOG.atWarn()
                        .setMessage(
                                "the log could not be closed, as the disk does not answer; nothing that was answered is lost")
                        .log();
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            folder.close();
        } catch (IOException e) {
            LOG.atWarn().setMessage("the folder was not closed as it should be").setCause(e).log();
        }
    }

    private void closeServer() {
        try {
            server.close();
        } catch (IOException | RuntimeException e) {
            LOG.atWarn().setMessage("the log was not closed as it should be").setCause(e).log();
        }
    }
}
