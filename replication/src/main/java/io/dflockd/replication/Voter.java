package io.dflockd.replication;

import io.dflockd.engine.order.ClusterReport;
import io.dflockd.engine.order.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ratis on one folder, which is this process' alone from the beginning. */
abstract sealed class Voter implements AutoCloseable permits LoneVoter, ClusterVoter {
    private static final Logger LOG = LoggerFactory.getLogger(Voter.class);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

    final StorageSettings settings;
    final DataFolder folder;
    final LogMachine machine;
    final ClientId client = ClientId.randomId();
    private volatile @Nullable RaftServer server;
    private volatile RaftServer.@Nullable Division division;
    private long calls;

    Voter(StorageSettings settings, DataFolder folder, LogMachine machine) {
        this.settings = settings;
        this.folder = folder;
        this.machine = machine;
        machine.beforeAnythingIsKept(folder);
    }

    /** Takes the folder, makes it this node's where it is new, and sees whether its log is whole. */
    static Voter open(StorageSettings settings, LogMachine machine) throws IOException {
        var folder = DataFolder.open(settings.folder());
        try {
            var cluster = settings.cluster();
            return cluster.isPresent()
                    ? ClusterVoter.open(settings, cluster.get(), folder, machine)
                    : LoneVoter.open(settings, folder, machine);
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    /** With what the folder is to begin, if it is to begin with something. */
    static Optional<Restore> restore(StorageSettings settings, DataFolder folder) throws IOException {
        if (settings.restore().isEmpty()) {
            return Optional.empty();
        }
        var restore = Restore.of(settings.restore().get());
        restore.requireUnused(folder, settings.folder());
        return Optional.of(restore);
    }

    /** Whether there are records, of which all are whole; {@code lost}: what to do where they are not there. */
    static boolean check(DataFolder folder, Identity identity, boolean acceptsLoss, String lost) throws IOException {
        Reception.recover(folder.snapshots(identity));
        var current = folder.segments(identity);
        var result = LogCheck.check(current, RaftSettings.MAX_RECORD, acceptsLoss);
        long snapshot = SnapshotStorage.latestIndex(folder.snapshots(identity));
        result.requireFrom(current, snapshot);
        if (identity.isRestored() && snapshot < 0) {
            throw new DataFolderException(folder.snapshots(identity),
                    "has no whole snapshot, though this node was to begin with one",
                    "start it with --restore and the same file again");
        }
        if (result.records() == 0 && folder.isUsed() && !folder.hasInstalled(snapshot) && !acceptsLoss) {
            throw new DataFolderException(current, "has no records, though this node has written some", lost);
        }
        LOG.atInfo()
                .setMessage("the log is whole")
                .addKeyValue("records", result.records())
                .addKeyValue("from", result.firstIndex())
                .addKeyValue("snapshot", snapshot)
                .log();
        return result.records() > 0;
    }

    /** Whether there are others, whoever they are. */
    abstract boolean isMember();

    /** Who is in the cluster, as far as the log has it; empty where there are no others. */
    abstract List<Node> members();

    /**
     * Lets another one lead, where this one does: the one of this name, or the one that has most of the log. Nothing must be
     * submitted meanwhile. Returns, after some seconds at most, whether another one leads.
     */
    abstract boolean handOver(Optional<String> to);

    /** The name of the other one that leads; empty where none does, as far as this one knows. */
    abstract String otherLeader();

    /** Whether it is a member no more, as any other says: enough for one whose log has ended. Blocks, some seconds at most. */
    boolean isRemoved() {
        return false;
    }

    /** Whether it is a member no more, as most others say. Blocks, some seconds at most. */
    boolean isRemovedForMost() {
        return false;
    }

    /** Whether it is a member, and knows of none that leads, itself or another. One that was not added yet is none. */
    final boolean lacksLeader() {
        var known = division;
        return known != null && !known.getRaftConf().getCurrentPeers().isEmpty()
                && known.getInfo().getLeaderId() == null;
    }

    /** Which others do not answer as members of this cluster, and why; empty where all do. Blocks, some seconds at most. */
    String unanswered() {
        return "";
    }

    /** What else this node says of itself to others. */
    void tell(Supplier<Optional<ClusterReport.Details>> ignoredAsThereIsNobody) {}

    /** What a node says that may become a member; empty where it does not answer. Blocks, some seconds at most. */
    Optional<Introduction> ask(Node node) {
        return Optional.empty();
    }

    /**
     * Makes these the members, in the place of those. Completes when a majority of either knows that; members that are new
     * have the log by then. This may go on, and be done, where it fails for its time.
     */
    CompletableFuture<RaftClientReply> change(List<Node> from, List<Node> to) {
        return CompletableFuture.failedFuture(new IOException("this node is alone"));
    }

    /** Does not lead any more, if it does, whoever will. */
    abstract void stepDown();

    abstract RaftGroupId group();

    /** Reads what there is. When this returns, this node votes and may lead. */
    abstract void start() throws IOException;

    /** This is closed with it. */
    final void own(RaftServer built) {
        server = built;
    }

    /** Ratis throws more than it says where something is not as it left it. */
    final void start(RaftServer built) throws IOException {
        own(built);
        try {
            built.start();
            division = built.getDivision(group());
        } catch (IOException | RuntimeException e) {
            Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
            throw new DataFolderException(folder.log(), "cannot be read (" + cause.getMessage() + ")",
                    "put the folder back from a copy", cause);
        }
    }

    final RaftServer.@Nullable Division division() {
        return division;
    }

    /** Null before the start. */
    final @Nullable RaftServer server() {
        return server;
    }

    /** Hands it to the division in the calling thread, which fixes its place. One thread at a time. */
    final CompletableFuture<RaftClientReply> submit(Proposal proposal) {
        var to = server;
        if (to == null) {
            return CompletableFuture.failedFuture(new IOException("the log is not open yet"));
        }
        try {
            var begun = division;
            var in = begun == null ? to.getDivision(group()) : begun;
            var request = RaftClientRequest.newBuilder()
                    .setClientId(client)
                    .setServerId(to.getId())
                    .setGroupId(group())
                    .setCallId(++calls)
                    .setMessage(proposal)
                    .setType(RaftClientRequest.writeRequestType())
                    .build();
            return ((RaftClientAsynchronousProtocol) in).submitClientRequestAsync(request);
        } catch (IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Does not wait for long for a disk that answers no more: what is not on it was acknowledged to nobody. */
    @Override
    public void close() {
        var closing = Thread.ofPlatform().daemon().name("dflockd-log-close").start(() -> {
            closeServer();
            closeFolder();
        });
        try {
            if (!closing.join(LONGEST_CLOSE)) {
                LOG.atWarn()
                        .setMessage(
                                "the log was not closed in time, as the disk does not answer or Ratis waits for itself; nothing that was answered is lost")
                        .log();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Another process may have it then, and not before. */
    private void closeFolder() {
        try {
            folder.close();
        } catch (IOException e) {
            LOG.atWarn().setMessage("the folder was not closed as it should be").setCause(e).log();
        }
    }

    private void closeServer() {
        var open = server;
        if (open == null) {
            return;
        }
        try {
            open.close();
        } catch (IOException | RuntimeException e) {
            LOG.atWarn().setMessage("the log was not closed as it should be").setCause(e).log();
        }
    }
}
