package io.dflockd.replication;

import static io.dflockd.replication.JournalOnFolder.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.engine.Command;
import io.dflockd.engine.order.Node;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.GroupListRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftClientReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.grpc.AdminProtocolServiceGrpc;
import org.apache.ratis.proto.grpc.RaftClientProtocolServiceGrpc;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.CallOptions;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientCalls;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who gets what at a peer address. */
@Timeout(180)
class PeerSecurityTest {
    @TempDir private Path folder;
    private X509Bundle authority;

    @BeforeEach
    void found() throws Exception {
        authority = authority();
    }

    @Test
    void membersWithCertificatesOfOneAuthorityAreACluster() throws Exception {
        try (var cluster = cluster(member("n1", "localhost"), member("n2", "localhost"), member("n3", "localhost"))) {
            cluster.startAll();
            int leader = cluster.leader();

            cluster.node(leader).apply(ask(1, new Command.SetValue("k", "v", 0)));

            cluster.awaitSameState();
            assertStrangersGetNothing(cluster.members.get(leader));
        }
    }

    @Test
    void oneOfAnotherAuthorityIsNoMember() throws Exception {
        var good = new PeerTls[]{member("n1", "localhost"), member("n2", "localhost")};
        authority = authority();
        try (var cluster = cluster(good[0], good[1], member("n3", "localhost"))) {
            assertNoMember(cluster, 2, good);
        }
    }

    @Test
    void oneWhoseCertificateIsForAnotherHostIsNotCalled() throws Exception {
        var good = new PeerTls[]{member("n1", "localhost"), member("n2", "localhost")};
        try (var cluster = cluster(good[0], good[1], member("n3", "elsewhere.example"))) {
            assertNoMember(cluster, 2, good);
        }
    }

    @Test
    void aMemberMayNeitherChangeTheMembersNorWriteTheLog() throws Exception {
        try (var cluster = new JournalCluster(folder, 3, Duration.ofMillis(500), node -> Optional.empty())) {
            cluster.startAll();
            var channel = NettyChannelBuilder.forTarget(cluster.members.get(cluster.leader()).peerAddress())
                    .usePlaintext()
                    .build();
            try {
                assertThatThrownBy(() -> AdminProtocolServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(10, TimeUnit.SECONDS)
                        .groupList(GroupListRequestProto.getDefaultInstance()))
                        .isInstanceOfSatisfying(StatusRuntimeException.class, e -> assertThat(e.getStatus().getCode())
                                .isEqualTo(Status.Code.PERMISSION_DENIED));
                var refused = new CompletableFuture<Throwable>();
                var unusedAsNothingIsSaid = RaftClientProtocolServiceGrpc.newStub(channel)
                        .ordered(new StreamObserver<>() {
                            @Override
                            public void onNext(RaftClientReplyProto ignored) {}

                            @Override
                            public void onError(Throwable failure) {
                                refused.complete(failure);
                            }

                            @Override
                            public void onCompleted() {
                                refused.complete(new IllegalStateException("was served"));
                            }
                        });
                assertThat(Status.fromThrowable(refused.get(10, TimeUnit.SECONDS)).getCode())
                        .isEqualTo(Status.Code.PERMISSION_DENIED);
            } finally {
                channel.shutdownNow();
            }
        }
    }

    @Test
    void filesThatDoNotDoAreNamed() throws Exception {
        var good = member("n1", "localhost");
        var missing = folder.resolve("missing.pem");
        assertThatThrownBy(() -> PeerSecurity.of(new PeerTls(missing, good.key(), good.ca())))
                .isInstanceOf(DataFolderException.class)
                .hasMessageStartingWith(missing + ": cannot be read");
        assertThatThrownBy(() -> PeerSecurity.of(new PeerTls(good.cert(), good.cert(), good.ca())))
                .isInstanceOf(DataFolderException.class)
                .hasMessageStartingWith(good.cert() + ": does not do");
    }

    /** The two others wait for it, and it for them. */
    private static void assertNoMember(JournalCluster cluster, int stranger, PeerTls[] good) throws Exception {
        var waiting = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < good.length; i++) {
            waiting.add(cluster.starting(i));
        }
        try (var node = cluster.open(cluster.settings(cluster.folder(stranger), cluster.members,
                cluster.members.get(stranger).name(), Duration.ofSeconds(4), cluster.settings(stranger)
                        .cluster()
                        .orElseThrow()
                        .tls()))) {
            node.journal.begin();
            throw new AssertionError("began");
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("a first start needs all members");
        }
        for (int i = 0; i < good.length; i++) {
            assertThat(waiting.get(i)).isNotDone();
            assertThat(cluster.node(i).journal.standing().leader()).isEmpty();
            assertThat(cluster.folder(i).resolve("identity")).doesNotExist();
        }
    }

    private void assertStrangersGetNothing(Node member) throws Exception {
        authority = authority();
        var stranger = PeerSecurity.of(member("stranger", "localhost"));
        var own = new Introduction(UUID.randomUUID(), "stranger", Introduction.Stage.EMPTY, List.of(),
                Optional.empty());
        for (var channel : List.of(
                NettyChannelBuilder.forTarget(member.peerAddress()).sslContext(stranger.calling()).build(),
                NettyChannelBuilder.forTarget(member.peerAddress()).usePlaintext().build())) {
            try {
                assertThatThrownBy(() -> introduce(channel, own)).isInstanceOf(StatusRuntimeException.class);
                assertThatThrownBy(() -> RaftServerProtocolServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(10, TimeUnit.SECONDS)
                        .requestVote(RequestVoteRequestProto.getDefaultInstance()))
                        .isInstanceOfSatisfying(StatusRuntimeException.class, e -> assertThat(e.getStatus().getCode())
                                .isEqualTo(Status.Code.UNAVAILABLE));
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private static Introduction introduce(ManagedChannel channel, Introduction own) {
        return ClientCalls.blockingUnaryCall(channel, PeerDoor.INTRODUCE,
                CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS), own);
    }

    private JournalCluster cluster(PeerTls... files) throws IOException {
        return new JournalCluster(folder, files.length, Duration.ofMillis(500), node -> Optional.of(files[node]));
    }

    private static X509Bundle authority() throws Exception {
        return new CertificateBuilder().subject("CN=members").setIsCertificateAuthority(true).buildSelfSigned();
    }

    /** Of the present authority. */
    private PeerTls member(String name, String host) throws Exception {
        var issued = new CertificateBuilder().subject("CN=" + name).addSanDnsName(host).buildIssuedBy(authority);
        var files = Files.createTempDirectory(folder, name);
        return new PeerTls(
                Files.writeString(files.resolve("cert.pem"), issued.getCertificatePathPEM()),
                Files.writeString(files.resolve("key.pem"), issued.getPrivateKeyPEM()),
                Files.writeString(files.resolve("ca.pem"), authority.getCertificatePEM()));
    }
}
