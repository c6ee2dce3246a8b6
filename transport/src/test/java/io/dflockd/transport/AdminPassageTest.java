package io.dflockd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.service.Leader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.pkitesting.CertificateBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of operators' requests from one member to the one that leads. */
class AdminPassageTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Introduction KNOWN = new Introduction(
            new InetSocketAddress("10.0.0.9", 4660), "n2", "sha256 00", true);
    private static final Introduction UNKNOWN = new Introduction(
            new InetSocketAddress("10.0.0.9", 4660), "n2", "", false);

    @TempDir Path folder;

    private final MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final BlockingQueue<Introduction> entered = new LinkedBlockingQueue<>();
    private volatile boolean hasRoom = true;
    private volatile boolean wasTrusted;

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 1000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }

    /** Says back what it is told. */
    private boolean enter(Channel channel, Introduction introduction, boolean isTrusted) {
        entered.add(introduction);
        wasTrusted = isTrusted;
        if (hasRoom) {
            channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message) {
                    ctx.writeAndFlush(message);
                }
            });
        }
        return hasRoom;
    }

    private TestMember.Options options() {
        return TestMember.Options.usual().operators(this::enter);
    }

    private Channel dial(TestMember from, Leader to, Introduction introduction) {
        var passage = from.door.adminPassage().orElseThrow();
        return passage.dial(loop.next(), passage.find(to).join(), to, introduction, new AdminPassage.Reached() {
            @Override
            public void welcomed(Channel leader) {
                told.add("welcomed");
                leader.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object message) {
                        var bytes = (ByteBuf) message;
                        if (bytes.isReadable()) {
                            told.add(bytes.toString(StandardCharsets.UTF_8));
                        }
                        bytes.release();
                    }
                });
                leader.writeAndFlush(Unpooled.copiedBuffer("hello", StandardCharsets.UTF_8));
            }

            @Override
            public void refused() {
                told.add("refused");
            }

            @Override
            public void failed(String reason) {
                told.add("failed: " + reason);
            }
        });
    }

    private static Leader leader(TestMember member) {
        return new Leader(member.node().name(), member.node().peerAddress());
    }

    private String next() throws InterruptedException {
        return String.valueOf(told.poll(LONG.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    void aRequestGoesToTheMemberThatLeadsWithWhatIsKnownOfWhoAsks() throws InterruptedException {
        try (var leader = new TestMember("n1", options()); var follower = new TestMember("n2", options())) {
            leader.lead(1);
            dial(follower, leader(leader), UNKNOWN);

            assertThat(next()).isEqualTo("welcomed");
            assertThat(next()).isEqualTo("hello");
            assertThat(entered.take()).isEqualTo(UNKNOWN);
            assertThat(wasTrusted).isFalse();
            assertThat(follower.door.adminPassage().orElseThrow().self()).isEqualTo("n2");
            assertThat(leader.connections.size()).as("it is no client's").isZero();
        }
    }

    @Test
    void withoutCertificatesAMemberVouchesForNobody() throws InterruptedException {
        try (var leader = new TestMember("n1", options()); var follower = new TestMember("n2", options())) {
            leader.lead(1);
            for (var said : new Introduction[]{KNOWN, new Introduction(null, "n2", "", true),
                    new Introduction(KNOWN.client(), "n2", "uri spiffe://prod/admin", false)}) {
                dial(follower, leader(leader), said);
                assertThat(next()).startsWith("failed: ");
            }
            assertThat(entered).isEmpty();
        }
    }

    @Test
    void withCertificatesAMemberIsBelieved() throws Exception {
        var options = options().peerTls(peerFiles("a"));
        var strangers = options().peerTls(peerFiles("b"));
        try (var leader = new TestMember("n1", options);
                var follower = new TestMember("n2", options);
                var stranger = new TestMember("n3", strangers);
                var plain = new TestMember("n4", options())) {
            leader.lead(1);
            dial(follower, leader(leader), KNOWN);
            assertThat(next()).isEqualTo("welcomed");
            assertThat(next()).isEqualTo("hello");
            assertThat(entered.take()).isEqualTo(KNOWN);
            assertThat(wasTrusted).isTrue();

            dial(stranger, leader(leader), KNOWN);
            assertThat(next()).startsWith("failed: ");
            dial(plain, leader(leader), UNKNOWN);
            assertThat(next()).startsWith("failed: ");
            assertThat(entered).isEmpty();
        }
    }

    @Test
    void whereThereIsNoRoomTheMemberIsToldSo() throws InterruptedException {
        hasRoom = false;
        try (var leader = new TestMember("n1", options()); var follower = new TestMember("n2", options())) {
            leader.lead(1);
            var channel = dial(follower, leader(leader), UNKNOWN);

            assertThat(next()).isEqualTo("refused");
            assertThat(channel.closeFuture().await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whoDoesNotLeadOrHasNoListenerServesNobody() throws InterruptedException {
        try (var other = new TestMember("n1", options());
                var withoutListener = new TestMember("n3");
                var follower = new TestMember("n2", options())) {
            dial(follower, leader(other), UNKNOWN);
            assertThat(next()).isEqualTo("failed: it does not take what is passed on");
            withoutListener.lead(1);
            dial(follower, leader(withoutListener), UNKNOWN);
            assertThat(next()).isEqualTo("failed: it does not take what is passed on");
            assertThat(entered).isEmpty();
        }
    }

    @Test
    void whereNobodyListensThereIsNoWay() throws Exception {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        try (var follower = new TestMember("n2", options())) {
            dial(follower, new Leader("n1", "127.0.0.1:" + (port - 1)), UNKNOWN);
            assertThat(next()).startsWith("failed: there is no way to it");
        }
    }

    @Test
    void whoSaysNothingIsWaitedForUntilItIsClosed() throws Exception {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var follower = new TestMember("n2", options())) {
            var channel = dial(follower, new Leader("n1", "127.0.0.1:" + (silent.getLocalPort() - 1)), UNKNOWN);
            try (var accepted = silent.accept()) {
                assertThat(accepted.getInputStream().readNBytes(12)).hasSize(12);
                channel.close();
                assertThat(next()).startsWith("failed: ");
            }
        }
    }

    private TlsFiles peerFiles(String prefix) throws Exception {
        var bundle = new CertificateBuilder()
                .subject("CN=member")
                .addSanIpAddress("127.0.0.1")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        var certificate = write(prefix + ".pem", bundle.getCertificatePathPEM());
        return TlsFiles.ofPeers(certificate, write(prefix + ".key", bundle.getPrivateKeyPEM()), certificate);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
