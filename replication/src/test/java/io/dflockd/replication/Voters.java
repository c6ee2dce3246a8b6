package io.dflockd.replication;

import io.dflockd.testkit.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachine;
import org.apache.ratis.util.SizeInBytes;

/** Three nodes of Ratis in this process, on free ports of the loopback interface. */
final class Voters implements AutoCloseable {
    static final int COUNT = 3;

    private final ClientId client = ClientId.randomId();
    private final Path folder;
    private final List<Integer> ports = new ArrayList<>();
    private final RaftServer[] servers = new RaftServer[COUNT];
    private final RaftGroup group;
    private long calls;

    Voters(Path folder) throws IOException {
        this.folder = folder;
        var peers = new ArrayList<RaftPeer>();
        for (int i = 0; i < COUNT; i++) {
            ports.add(FreePorts.one());
            peers.add(RaftPeer.newBuilder().setId(name(i)).setAddress("127.0.0.1:" + ports.get(i)).build());
        }
        group = RaftGroup.valueOf(OneVoter.GROUP, peers);
    }

    static String name(int node) {
        return "n" + (node + 1);
    }

    void start(int node, StateMachine machine) throws IOException {
        servers[node] = RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf(name(node)))
                .setGroup(group)
                .setStateMachine(machine)
                .setProperties(properties(node))
                .setOption(RaftStorage.StartupOption.RECOVER)
                .build();
        servers[node].start();
    }

    void stop(int node) throws IOException {
        ClosingRatis.close(servers[node]);
    }

    /** Small files of which nothing is kept, so that a follower that was away needs a snapshot. */
    private RaftProperties properties(int node) {
        var properties = new RaftSettings(folder.resolve(name(node)), "127.0.0.1", ports.get(node),
                Duration.ofSeconds(1), true)
                .properties();
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf("16KB"));
        RaftServerConfigKeys.Log.setPurgePreservationLogNum(properties, 0);
        RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
        return properties;
    }

    RaftServer.Division division(int node) throws IOException {
        return servers[node].getDivision(OneVoter.GROUP);
    }

    CompletableFuture<RaftClientReply> submit(int node, Message message) throws IOException {
        var request = RaftClientRequest.newBuilder()
                .setClientId(client)
                .setServerId(servers[node].getId())
                .setGroupId(OneVoter.GROUP)
                .setCallId(++calls)
                .setMessage(message)
                .setType(RaftClientRequest.writeRequestType())
                .build();
        return ((RaftClientAsynchronousProtocol) division(node)).submitClientRequestAsync(request);
    }

    @Override
    public void close() throws IOException {
        for (var server : servers) {
            if (server != null) {
                ClosingRatis.close(server);
            }
        }
    }
}
