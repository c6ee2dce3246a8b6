package io.dflockd.replication;

import io.dflockd.engine.order.ClusterReport;
import io.dflockd.engine.order.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One voter of some, who speak to each other by gRPC. */
final class ClusterVoter extends Voter {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterVoter.class);
    private static final Duration LONGEST_HAND_OVER = Duration.ofSeconds(2);
    private static final String REMEDY = "put the folder back if it is elsewhere; else remove this node from its cluster and add it under a new name"
            + " with an empty folder";

    private final ClusterSettings cluster;
    private final Optional<Restore> restore;
    /** Of a node that joins it is found in the start. */
    private volatile Identity identity;
    private final Optional<PeerSecurity> security;
    /** What counts until the log says something else. */
    private final List<Node> known;
    private final PeerDoor door;
    private volatile Introduction.Stage stage;
    private volatile Supplier<Optional<ClusterReport.Details>> details = Optional::empty;
    private volatile @Nullable FirstStart firstStart;
    private volatile @Nullable PeerChannels channels;
    private volatile boolean closed;

    private ClusterVoter(
            StorageSettings settings,
            ClusterSettings cluster,
            DataFolder folder,
            LogMachine machine,
            Optional<Restore> restore,
            Identity identity,
            Introduction.Stage stage)
            throws IOException {
        super(settings, folder, machine);
        this.cluster = cluster;
        this.restore = restore;
        this.identity = identity;
        this.stage = stage;
        this.security = cluster.tls().isPresent()
                ? Optional.of(PeerSecurity.of(cluster.tls().get()))
                : Optional.empty();
        var written = Peers.read(folder.members(identity));
        this.known = written.isEmpty() ? cluster.members() : written;
        this.door = new PeerDoor(this::introduction);
    }

    /** A folder that is empty stays so until it is sure that it never was another one's. */
    static ClusterVoter open(
            StorageSettings settings, ClusterSettings cluster, DataFolder folder, LogMachine machine)
            throws IOException {
        var restore = restore(settings, folder);
        var beginning = Peers.clusterOf(cluster.members());
        var told = new Identity(restore.map(copy -> copy.clusterOf(beginning)).orElse(beginning), cluster.self(), true,
                false, restore.isPresent());
        @Nullable Identity found = folder.identity().orElse(null);
        if (found == null) {
            return new ClusterVoter(settings, cluster, folder, machine, restore, told, Introduction.Stage.EMPTY);
        }
        var identity = found.isMember() && isSameCluster(folder, found, cluster)
                ? new Identity(found.cluster(), told.node(), true, found.hasJoined(), found.isRestored())
                : told;
        folder.claim(identity);
        if (restore.isPresent()) {
            restore.get().into(folder, identity);
        }
        boolean hasRecords = checkLog(folder, identity);
        return new ClusterVoter(settings, cluster, folder, machine, restore, identity,
                hasRecords || folder.isUsed() ? Introduction.Stage.STARTED : Introduction.Stage.READY);
    }

    /** What was acknowledged must not be missing, whatever the operator accepts, and a copy may lack it: the others rely on it. */
    private static boolean checkLog(DataFolder folder, Identity identity) throws IOException {
        try {
            return check(folder, identity, false, REMEDY);
        } catch (DataFolderException e) {
            throw e.with(REMEDY);
        }
    }

    /** The members may have changed since the first start: then this node is one of them, and so is another that was named. */
    private static boolean isSameCluster(DataFolder folder, Identity found, ClusterSettings cluster)
            throws IOException {
        var written = Peers.read(folder.members(found));
        boolean isListed = written.stream().anyMatch(node -> node.name().equals(cluster.self()));
        if (!isListed && !written.isEmpty() && !found.hasJoined() && found.node().equals(cluster.self())) {
            throw new DataFolderException(folder.members(found), "says that this node was removed from its cluster",
                    "give an empty folder and a new name, start with --join, and add that");
        }
        if (written.isEmpty() && found.hasJoined()) {
            return true; // it was never added, so it knows no members
        }
        long same = cluster.members()
                .stream()
                .filter(told -> written.stream()
                        .anyMatch(node -> node.name().equals(told.name())
                                && node.peerAddress().equals(told.peerAddress())))
                .count();
        if (same < 2 || (!isListed && !found.hasJoined())) {
            return false;
        }
        if (!Peers.text(written).equals(Peers.text(cluster.members()))) {
            LOG.atWarn()
                    .setMessage("the members that were named are not those of the log, which counts")
                    .addKeyValue("named", Peers.text(cluster.members()))
                    .addKeyValue("log", Peers.text(written))
                    .log();
        }
        return true;
    }

    private Introduction introduction() {
        var division = division();
        return new Introduction(identity.cluster(), identity.node(), stage,
                division == null ? List.of() : Peers.nodes(division.getRaftConf().getAllPeers()), details.get());
    }

    @Override
    boolean isMember() {
        return true;
    }

    @Override
    List<Node> members() {
        var division = division();
        var peers = division == null ? List.<RaftPeer>of() : division.getRaftConf().getCurrentPeers();
        return peers.isEmpty() ? known : Peers.nodes(peers);
    }

    @Override
    RaftGroupId group() {
        return RaftGroupId.valueOf(identity.cluster());
    }

    @Override
    void start() throws IOException {
        var address = PeerAddress.of(cluster.own().peerAddress());
        if (stage == Introduction.Stage.STARTED || identity.hasJoined()) {
            PeerDoor.requireFree(address);
        } else {
            var bare = door.open(address, security);
            try {
                getAcquainted();
            } finally {
                PeerDoor.close(bare);
            }
        }
        stage = Introduction.Stage.STARTED;
        try {
            var server = server(address);
            start(server);
            var ways = new PeerChannels(server, group());
            channels = ways;
            ways.begin();
        } catch (DataFolderException e) {
            throw e.with(REMEDY);
        }
    }

    private void getAcquainted() throws IOException {
        long until = System.nanoTime() + settings.longestRecovery().toNanos();
        var others = known.stream().filter(node -> !node.name().equals(cluster.self())).toList();
        try (var first = new FirstStart(settings.folder(), others, security)) {
            firstStart = first;
            if (closed) {
                first.stop();
            }
            if (stage == Introduction.Stage.EMPTY && cluster.joins()) {
                identity = new Identity(
                        first.awaitCluster(introduction(), cluster.own(), until), cluster.self(), true, true, false);
                folder.claim(identity);
                return;
            }
            if (stage == Introduction.Stage.EMPTY) {
                first.awaitNobodyHasVoted(introduction(), until);
                folder.claim(identity);
                if (restore.isPresent()) {
                    restore.get().into(folder, identity);
                }
                stage = Introduction.Stage.READY;
            }
            first.awaitAllAreReady(introduction(), until);
        }
    }

    private RaftServer server(PeerAddress address) throws IOException {
        var raft = new RaftSettings(
                folder.log(), address.host(), address.port(), cluster.electionTimeout(), settings.syncs());
        var parameters = new Parameters();
        GrpcConfigKeys.Server.setServicesCustomizer(parameters, door);
        security.ifPresent(tls -> GrpcConfigKeys.TLS.setConf(parameters, tls.ofRatis()));
        return RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf(identity.node()))
                .setGroup(RaftGroup.valueOf(group(), identity.hasJoined() ? List.of() : Peers.of(known)))
                .setStateMachine(machine)
                .setProperties(raft.properties())
                .setParameters(parameters)
                .setOption(RaftStorage.StartupOption.RECOVER)
                .build();
    }

    @Override
    Optional<Introduction> ask(Node node) {
        return FirstStart.ask(node, introduction(), security);
    }

    @Override
    boolean isRemoved() {
        return members().stream()
                .filter(node -> !node.name().equals(identity.node()))
                .flatMap(node -> ask(node).stream())
                .anyMatch(answer -> answer.cluster().equals(identity.cluster()) && !answer.members().isEmpty()
                        && answer.members().stream().noneMatch(member -> member.name().equals(identity.node())));
    }

    @Override
    boolean isRemovedForMost() {
        var answers = members().stream()
                .filter(node -> !node.name().equals(identity.node()))
                .flatMap(node -> ask(node).stream())
                .filter(answer -> answer.cluster().equals(identity.cluster()))
                .toList();
        return Introduction.isRemoved(identity.node(), answers);
    }

    @Override
    void tell(Supplier<Optional<ClusterReport.Details>> own) {
        details = own;
    }

    @Override
    String unanswered() {
        var others = members().stream().filter(node -> !node.name().equals(identity.node())).toList();
        try (var all = new FirstStart(settings.folder(), others, security)) {
            return all.unanswered(introduction());
        }
    }

    @Override
    CompletableFuture<RaftClientReply> change(List<Node> from, List<Node> to) {
        var server = server();
        if (server == null) {
            return CompletableFuture.failedFuture(new IOException("the log is not open yet"));
        }
        var arguments = SetConfigurationRequest.Arguments.newBuilder()
                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                .setServersInCurrentConf(Peers.of(from))
                .setServersInNewConf(Peers.of(to))
                .build();
        try {
            return server.setConfigurationAsync(
                    new SetConfigurationRequest(client, server.getId(), group(), 0, arguments));
        } catch (IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    boolean handOver(Optional<String> to) {
        var target = to.map(RaftPeerId::valueOf).or(this::longest);
        return target.isPresent() && leads() && transfer(target.get());
    }

    @Override
    String otherLeader() {
        var division = division();
        @Nullable RaftPeerId leader = division == null ? null : division.getInfo().getLeaderId();
        return leader == null || leader.toString().equals(identity.node()) ? "" : leader.toString();
    }

    @Override
    void stepDown() {
        if (leads()) {
            transfer(null);
        }
    }

    private boolean leads() {
        var division = division();
        return division != null && division.getInfo().isLeader();
    }

    /** Waits longer than Ratis does: until that has given up, it takes nothing. */
    private boolean transfer(@Nullable RaftPeerId to) {
        var server = server();
        if (server == null) {
            return false;
        }
        long millis = LONGEST_HAND_OVER.toMillis();
        try {
            var request = new TransferLeadershipRequest(client, server.getId(), group(), 0, to, millis);
            var reply = server.transferLeadershipAsync(request).get(2 * millis, TimeUnit.MILLISECONDS);
            LOG.atInfo()
                    .setMessage("hands the leadership over")
                    .addKeyValue("to", to)
                    .addKeyValue("succeeded", reply.isSuccess())
                    .log();
            return reply.isSuccess();
        } catch (IOException | ExecutionException | TimeoutException | CompletionException e) {
            LOG.atWarn().setMessage("could not hand the leadership over").setCause(e).log();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** The follower that has most of the log, and among such the one that answered last; empty where none is known. */
    private Optional<RaftPeerId> longest() {
        var division = division();
        if (division == null) {
            return Optional.empty();
        }
        var followers = new ArrayList<>(division.getInfo().getRoleInfoProto().getLeaderInfo().getFollowerInfoList());
        long @Nullable [] matches = division.getInfo().getFollowerMatchIndices();
        @Nullable ServerRpcProto best = null;
        long most = -1;
        for (int i = 0; matches != null && i < Math.min(followers.size(), matches.length); i++) {
            var next = followers.get(i);
            if (next.getLastRpcElapsedTimeMs() > 2 * cluster.electionTimeout().toMillis()) {
                continue; // it is gone, and would be waited for
            }
            boolean isNearer = best == null || next.getLastRpcElapsedTimeMs() < best.getLastRpcElapsedTimeMs();
            if (matches[i] > most || (matches[i] == most && isNearer)) {
                best = next;
                most = matches[i];
            }
        }
        return Optional.ofNullable(best).map(rpc -> RaftPeerId.valueOf(rpc.getId().getId()));
    }

    @Override
    public void close() {
        closed = true;
        var waiting = firstStart;
        if (waiting != null) {
            waiting.stop();
        }
        var ways = channels;
        if (ways != null) {
            ways.close();
        }
        super.close();
    }
}
