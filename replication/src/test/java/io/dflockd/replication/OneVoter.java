package io.dflockd.replication;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachine;

/** Ratis with one voter, on a free port of the loopback interface. */
final class OneVoter implements AutoCloseable {
    static final RaftGroupId GROUP = RaftGroupId.valueOf(new UUID(0x64666c6f, 0x636b64));

    private final ClientId client = ClientId.randomId();
    private final RaftServer server;
    private long calls;

    OneVoter(Path folder, StateMachine machine) throws IOException {
        this(new RaftSettings(folder, "127.0.0.1", 0, Duration.ofMillis(50), true).properties(), machine);
    }

    OneVoter(RaftProperties properties, StateMachine machine) throws IOException {
        var peer = RaftPeer.newBuilder().setId("n1").setAddress("127.0.0.1:0").build();
        server = RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf("n1"))
                .setGroup(RaftGroup.valueOf(GROUP, peer))
                .setStateMachine(machine)
                .setProperties(properties)
                .setOption(RaftStorage.StartupOption.RECOVER)
                .build();
        server.start();
    }

    RaftServer.Division division() throws IOException {
        return server.getDivision(GROUP);
    }

    /** Hands it to the division in the calling thread. */
    CompletableFuture<RaftClientReply> submit(Message message) throws IOException {
        var request = RaftClientRequest.newBuilder()
                .setClientId(client)
                .setServerId(server.getId())
                .setGroupId(GROUP)
                .setCallId(++calls)
                .setMessage(message)
                .setType(RaftClientRequest.writeRequestType())
                .build();
        return ((RaftClientAsynchronousProtocol) division()).submitClientRequestAsync(request);
    }

    CompletableFuture<RaftClientReply> submit(String content) throws IOException {
        return submit(Message.valueOf(content));
    }

    /** Has the state machine asked for a snapshot. */
    RaftClientReply snapshot() throws Exception {
        var request = SnapshotManagementRequest.newCreate(client, server.getId(), GROUP, ++calls, 5_000, 1);
        return server.snapshotManagementAsync(request).get(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        ClosingRatis.close(server);
    }
}
