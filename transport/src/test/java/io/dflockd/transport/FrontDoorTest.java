package io.dflockd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.order.Node;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.WireClient;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who serves those who come to a member of a cluster, whoever leads. */
class FrontDoorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TestMember one = new TestMember("n1");
    private final TestMember two = new TestMember("n2");

    @AfterEach
    void stop() {
        one.close();
        two.close();
        assertThat(one.counters.openConnections()).isZero();
        assertThat(two.counters.openConnections()).isZero();
        assertThat(one.door.passedOn() + two.door.passedOn()).isZero();
        assertThat(one.connections.memory().used()).isZero();
        assertThat(two.connections.memory().used()).isZero();
    }

    private void oneLeads() {
        one.lead(1);
        two.follow(one, 1);
    }

    @Test
    void aFollowerPassesConnectionsOn() {
        oneLeads();

        try (var client = two.connect(); var direct = one.connect()) {
            assertThat(client.ask("incr", "c", "5")).isEqualTo("ok 5");
            assertThat(direct.ask("get", "c", "")).isEqualTo("ok 5");
            assertThat(client.ask("cluster", "_", "")).isEqualTo("ok term=1 leader=n1 n1=" + one.node().address());
            assertThat(two.door.passedOn()).isEqualTo(1);
            assertThat(one.connections.size()).isEqualTo(2);
        }
    }

    @Test
    void whoHoldsSomethingIsKnownByItsOwnAddress() {
        oneLeads();

        try (var client = two.connect()) {
            client.ask("l", "k", "0");

            assertThat(client.ask("holders", "k", ""))
                    .contains("\"peer\":\"127.0.0.1:" + client.socket().getLocalPort() + '"');
        }
    }

    @Test
    void theEntranceDecidesTheDialectAlsoBehindAFollower() {
        oneLeads();

        try (var old = WireClient.connect(two.legacyAddress()); var current = two.connect()) {
            assertThat(old.ask("l", "a", "0").split(" ", -1)).hasSize(3);
            assertThat(current.ask("l", "b", "0").split(" ", -1)).hasSize(4);
        }
    }

    @Test
    void whoComesWhileNobodyLeadsWaitsForALeaderElsewhere() {
        two.followNobody(0);
        try (var client = two.connect()) {
            client.send("incr", "c", "1");
            Eventually.await("it waits", PATIENCE, () -> two.door.passedOn() == 1);
            assertThat(client.hasLine()).isFalse();

            oneLeads();

            assertThat(client.line()).isEqualTo("ok 1");
        }
    }

    @Test
    void whoComesWhileNobodyLeadsIsServedHereWhenThisNodeLeads() {
        try (var client = two.connect()) {
            client.send("incr", "c", "1");
            Eventually.await("it waits", PATIENCE, () -> two.door.passedOn() == 1);

            two.lead(1);

            assertThat(client.line()).isEqualTo("ok 1");
            assertThat(two.door.passedOn()).isZero();
        }
    }

    @Test
    void whatAClientSaidAndEndedBeforeAnybodyServesItIsNotLost() {
        try (var elsewhere = two.connect()) {
            elsewhere.sendRaw("incr\nc\n1\n".repeat(20));
            elsewhere.halfClose();
            Eventually.await("it waits", PATIENCE, () -> two.door.passedOn() == 1);
            oneLeads();
            for (int i = 1; i <= 20; i++) {
                assertThat(elsewhere.line()).isEqualTo("ok " + i);
            }
            elsewhere.expectEnd();
        }
        two.followNobody(1);
        try (var here = two.connect()) {
            here.sendRaw("incr\nd\n1\n".repeat(20));
            here.halfClose();
            Eventually.await("it waits", PATIENCE, () -> two.door.passedOn() == 1);
            two.lead(2);
            for (int i = 1; i <= 20; i++) {
                assertThat(here.line()).isEqualTo("ok " + i);
            }
            here.expectEnd();
        }
    }

    /** The system has it read where a client has ended its side. */
    @Test
    void whatAClientSaidBeforeAnybodyServesItCounts() {
        var memory = new ConnectionMemory(100_000);
        var ended = new ArrayList<EmbeddedChannel>();
        for (int i = 0; i < 2; i++) {
            var channel = new EmbeddedChannel();
            var account = memory.open(0, bytes -> {
                ended.add(channel);
                channel.close();
            });
            channel.closeFuture().addListener(future -> account.close());
            channel.pipeline().addLast(new Held(account::input));
            channel.writeInbound(Unpooled.buffer(60_000).writeZero(60_000));
        }

        assertThat(ended).as("one makes room for the other").hasSize(1);
        assertThat(memory.used()).isBetween(60_000L, 70_000L);
    }

    @Test
    void whoWaitsForALeaderIsCountedAsAConnectionIs() {
        two.followNobody(0);
        try (var client = two.connect()) {
            client.send("incr", "c", "1");
            Eventually.await("it waits", PATIENCE, () -> two.door.passedOn() == 1);
            assertThat(two.connections.memory().used()).isEqualTo(Connections.fixedBytes(false));

            two.lead(1);

            assertThat(client.line()).isEqualTo("ok 1");
            assertThat(two.connections.memory().used()).isEqualTo(Connections.fixedBytes(false));
        }
    }

    @Test
    void aWaitHasAnEnd() {
        var options = TestMember.Options.usual().longestWait(Duration.ofMillis(200));
        try (var member = new TestMember("n3", options); var client = member.connect()) {
            client.send("incr", "c", "1");

            client.expectEnd();
        }
    }

    @Test
    void aMemberThatDoesNotKnowYetThatItLeadsIsAskedAgain() {
        two.follow(one, 1);
        try (var client = two.connect()) {
            client.send("incr", "c", "1");
            Eventually.await("it waits", PATIENCE, () -> two.door.passedOn() == 1);

            one.lead(1);

            assertThat(client.line()).isEqualTo("ok 1");
        }
    }

    @Test
    void aLeaderThatAnswersNothingIsLeftForTheNext() throws IOException {
        try (var paused = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            two.follow(new Node("n9", "127.0.0.1:1", "127.0.0.1:" + (paused.getLocalPort() - 1)), 1);
            try (var client = two.connect()) {
                client.send("incr", "c", "1");
                paused.accept();

                one.lead(2);
                two.follow(one, 2);

                assertThat(client.line()).isEqualTo("ok 1");
            }
        }
    }

    @Test
    void whoWaitsForALeaderWhoseNameIsUnknownTakesNothingWhenItHasGone() {
        var options = TestMember.Options.usual().longestWait(Duration.ofMillis(500));
        try (var member = new TestMember("n3", options)) {
            member.follow(new Node("n9", "127.0.0.1:1", "nobody.invalid:1"), 1);
            try (var client = member.connect()) {
                client.send("incr", "c", "1");

                client.expectEnd();
            }
            Eventually.await("it is gone", PATIENCE, () -> member.counters.openConnections() == 0);
            assertThat(member.connections.memory().used()).isZero();
        }
    }

    @Test
    void whenAnotherLeadsRelaysEnd() {
        oneLeads();
        try (var client = two.connect()) {
            client.ask("incr", "c", "1");

            one.followNobody(2);

            client.expectEnd();
        }
        two.followNobody(1);
        one.lead(3);
        two.follow(one, 3);
        try (var client = two.connect()) {
            client.ask("incr", "c", "1");

            two.follow(new Node("n3", "127.0.0.1:1", "127.0.0.1:1"), 4);

            client.expectEnd();
        }
    }

    @Test
    void whoLeadsNoMoreEndsItsConnections() {
        oneLeads();
        try (var direct = one.connect(); var relayed = two.connect()) {
            direct.ask("l", "k", "0");
            relayed.send("l", "k", "20");
            Eventually.await("both are there", PATIENCE, () -> one.connections.size() == 2);

            two.lead(2);
            one.follow(two, 2);

            direct.expectEnd();
            relayed.expectEnd();
        }
        try (var client = one.connect()) {
            assertThat(client.ask("get", "c", "")).isEqualTo("ok 0");
            assertThat(two.connections.size()).isEqualTo(1);
        }
    }

    /** Whoever is answered is answered by the one that led; nobody is left hanging, and nobody is left behind. */
    @Test
    void whoComesWhileTheLeadershipGoesToAndFroIsServedOrEnded() throws Exception {
        var over = new AtomicBoolean();
        var answered = new AtomicInteger();
        var clients = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < 4; i++) {
            var member = i % 2 == 0 ? one : two;
            clients.add(CompletableFuture.runAsync(() -> {
                while (!over.get()) {
                    try (var client = member.connect()) {
                        if (client.ask("incr", "c", "1").startsWith("ok ")) {
                            answered.incrementAndGet();
                        }
                    } catch (UncheckedIOException e) {
                        // It was ended while it asked.
                    }
                }
            }, task -> Thread.ofPlatform().daemon().start(task)));
        }
        for (int term = 1; term <= 100; term++) {
            var leader = term % 2 == 0 ? one : two;
            var follower = term % 2 == 0 ? two : one;
            int before = answered.get();
            follower.follow(leader, term);
            leader.lead(term);
            if (term % 5 == 0) {
                Eventually.await("somebody is served", PATIENCE, () -> answered.get() > before);
            }
        }
        over.set(true);
        for (var client : clients) {
            client.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        Eventually.await("all have gone", PATIENCE, () -> one.counters.openConnections() == 0
                && two.counters.openConnections() == 0);
        long counted = countedBy(one);
        one.follow(two, 101);
        two.lead(101);
        assertThat(counted + countedBy(two)).isGreaterThanOrEqualTo(answered.get());
    }

    private static long countedBy(TestMember leader) {
        try (var client = leader.connect()) {
            return Long.parseLong(client.ask("get", "c", "").substring("ok ".length()));
        }
    }

    @Test
    void relaysAreCountedAndBounded() {
        oneLeads();
        try (var small = new TestMember("n3", TestMember.Options.usual().maxConnections(2))) {
            small.follow(one, 1);
            try (var first = small.connect(); var second = small.connect()) {
                assertThat(first.ask("ping", "_", "")).isEqualTo("ok");
                assertThat(second.ask("ping", "_", "")).isEqualTo("ok");
                try (var third = small.connect()) {
                    third.expectEnd();
                }
            }
            Eventually.await("they are gone", PATIENCE, () -> small.counters.openConnections() == 0);
            Eventually.await("there too", PATIENCE, () -> one.connections.size() == 0);
        }
    }

    @Test
    void failedLoginsCountForTheClientAndNotForTheFollower() {
        var options = TestMember.Options.usual().token("secret");
        try (var leader = new TestMember("n3", options)) {
            leader.lead(1);
            two.follow(leader, 1);
            for (int i = 0; i < 2; i++) {
                try (var client = two.connect()) {
                    assertThat(client.ask("auth", "_", "wrong")).isEqualTo("error_auth");
                    client.expectEnd();
                }
            }
            try (var client = two.connect()) {
                client.expectEnd();
            }
        }
    }

    @Test
    void theEndOfWhatAClientSendsIsPassedOn() {
        oneLeads();
        try (var client = two.connect()) {
            client.sendRaw("incr\nc\n1\n".repeat(3000));
            client.halfClose();

            for (int i = 1; i <= 3000; i++) {
                assertThat(client.line()).isEqualTo("ok " + i);
            }
            client.expectEnd();
        }
    }

    @Test
    void aClientThatBreaksOffIsGoneAtTheLeader() {
        oneLeads();
        try (var client = two.connect()) {
            client.send("l", "k", "0");
            client.line();
            client.reset();

            Eventually.await("it is gone", PATIENCE, () -> one.connections.size() == 0);
        }
    }

    @Test
    void aClientThatReadsNothingIsHeldBackAndGetsAllWhenItReads() {
        oneLeads();
        try (var client = WireClient.connectWithBuffer(two.address(), 4096); var other = two.connect()) {
            for (int i = 0; i < 100; i++) {
                assertThat(other.ask("rpush", "list", "x".repeat(60_000))).startsWith("ok ");
            }
            client.sendRaw("@1 lrange\nlist\n0 -1\n@2 ping\n_\n\n");
            Eventually.await("some of it came", PATIENCE, () -> client.unread() > 1000);

            assertThat(other.ask("ping", "_", "")).isEqualTo("ok");
            assertThat(two.connections.memory().used()).isLessThan(512 * 1024);

            var lines = new ArrayList<String>();
            lines.add(client.line());
            lines.add(client.line());
            lines.sort(null);
            assertThat(lines.get(0)).hasSizeGreaterThan(6_000_000).startsWith("@1 ok [");
            assertThat(lines.get(1)).isEqualTo("@2 ok");
        }
    }
}
