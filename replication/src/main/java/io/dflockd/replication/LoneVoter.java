package io.dflockd.replication;

import io.dflockd.engine.order.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;

/** The only voter, without a network. */
final class LoneVoter extends Voter {
    private static final String NAME = "n1";
    /** Nobody else could win, so nothing is gained by waiting. */
    private static final Duration ELECTION_TIMEOUT = Duration.ofMillis(20);

    private final RaftServer built;
    private final RaftGroupId group;

    private LoneVoter(
            StorageSettings settings, DataFolder folder, LogMachine machine, RaftServer built, RaftGroupId group) {
        super(settings, folder, machine);
        this.built = built;
        this.group = group;
    }

    static LoneVoter open(StorageSettings settings, DataFolder folder, LogMachine machine) throws IOException {
        var found = folder.identity();
        var restore = restore(settings, folder);
        var identity = found.isPresent()
                ? new Identity(found.get().cluster(), found.get().node(), false, false, found.get().isRestored())
                : new Identity(UUID.randomUUID(), NAME, false, false, restore.isPresent());
        folder.claim(identity);
        if (restore.isPresent()) {
            restore.get().into(folder, identity);
        }
        check(folder, identity, settings.acceptsLoss(), "put the folder back from a copy");
        return new LoneVoter(settings, folder, machine, server(folder, identity, settings, machine),
                groupOf(identity));
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

    @Override
    boolean isMember() {
        return false;
    }

    @Override
    List<Node> members() {
        return List.of();
    }

    @Override
    RaftGroupId group() {
        return group;
    }

    @Override
    void start() throws IOException {
        start(built);
    }

    @Override
    boolean handOver(Optional<String> ignoredAsThereIsNobody) {
        return false;
    }

    @Override
    String otherLeader() {
        return "";
    }

    @Override
    void stepDown() {}

    /** Also where it was never started. */
    @Override
    public void close() {
        own(built);
        super.close();
    }
}
