package io.dflockd.client;

import static io.dflockd.client.FakeServer.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.FakeCluster.Mood;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.error.DflockdException;
import io.dflockd.client.event.Gap;
import io.dflockd.client.event.WatchConn;
import io.dflockd.client.spi.TimeSource;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client of a server that is a cluster. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClusterTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final FakeCluster cluster = new FakeCluster(3);
    private final List<String> told = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void sessionGoesOnAtAnotherNodeWhenTheLeaderFalls() throws Exception {
        try (var client = client(cluster.addresses(1, 2, 3))) {
            var lease = client.lock("job").acquire(LONG);
            var popping = client.lists().popLeftAsync("q", LONG);
            eventually(() -> cluster.state().executed().size() == 2);

            cluster.lead(2);
            cluster.node(1).fall();
            client.lists().pushRightAsync("q", "x").join();

            assertThat(popping.join()).contains("x");
            assertThat(lease.isValid()).isTrue();
            lease.close();
            assertThat(cluster.state().executed()).containsExactly("1 l job", "2 blpop q", "3 rpush q", "4 r job");
            assertThat(cluster.state().violations()).isEmpty();
            assertThat(cluster.node(2).requests()).startsWith("cluster", "hello", "session");
            assertThat(cluster.node(3).connections()).isZero();
        }
    }

    @Test
    void followerLeadsToTheLeaderBeforeTheSessionIsNamed() {
        cluster.lead(3);
        try (var client = client(cluster.addresses(1, 2, 3))) {
            count(client);

            assertThat(cluster.node(1).requests()).containsExactly("cluster");
            assertThat(cluster.node(2).connections()).isZero();
            assertThat(cluster.node(3).requests()).startsWith("cluster", "hello", "session");
            assertThat(told).containsExactly("connected 3");
        }
    }

    @Test
    void oneAddressIsEnoughToFindTheLeaderAndTheOthers() {
        cluster.lead(2);
        try (var client = client(cluster.addresses(1))) {
            count(client);
            assertThat(cluster.node(1).requests()).containsExactly("hello", "cluster");
            assertThat(cluster.node(2).requests()).startsWith("cluster", "hello", "session");

            cluster.lead(3);
            cluster.node(1).fall();
            cluster.node(2).fall();

            count(client);
            assertThat(cluster.node(3).requests()).startsWith("cluster", "hello", "session");
            assertThat(cluster.state().violations()).isEmpty();
        }
    }

    @Test
    void silentNodeCostsAMomentAndNotTheTimeToConnect() {
        var time = new ManualTime();
        cluster.node(1).is(Mood.SILENT);
        cluster.lead(2);
        try (var client = DflockdClient.builder().server(cluster.addresses(1, 2, 3)).time(time).build()) {
            var counting = client.counters().incrementAsync("c", 1);
            eventually(() -> cluster.node(1).connections() == 1);
            assertThat(cluster.node(2).connections()).isZero();

            time.advance(Duration.ofMillis(300));

            assertThat(counting.join()).isEqualTo(1);
            time.closing(client::close);
        }
    }

    @Test
    void nodeThatClosesAtOnceIsPassedOverAndTriedAgainWhileThereIsNoLeader() {
        cluster.node(1).is(Mood.CLOSES);
        cluster.lead(0);
        try (var client = client(cluster.addresses(1, 2))) {
            var counting = client.counters().incrementAsync("c", 1);
            eventually(() -> cluster.node(1).connections() > 1 && cluster.node(2).connections() > 1);
            assertThat(counting).isNotDone();

            cluster.lead(2);

            assertThat(counting.join()).isEqualTo(1);
            assertThat(cluster.node(2).requests()).containsSubsequence("cluster", "cluster", "hello", "session");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ok", "ok nonsense", "nil", "ok term=x leader=n1 n1=127.0.0.1:1",
            "ok term=1 leader=n9 n1=127.0.0.1:1", "ok term=1 leader=n1 n1=127.0.0.1:99999",
            "ok term=1 leader=n1 n1=a:b:c", "ok term=1 leader=n1", "ok term=1 leader=n1 n1=127.0.0.1:1 n1=127.0.0.1:2",
            "error_of_tomorrow"})
    void answerThatMakesNoSenseIsPassedOver(String answer) {
        cluster.say(answer);
        try (var client = client(cluster.addresses(1, 2)); var other = client(cluster.addresses(3))) {
            count(client);
            assertThat(other.counters().incrementAsync("c", 1).join()).isEqualTo(2);

            cluster.node(1).fall();
            assertThat(client.counters().incrementAsync("c", 1).join()).isEqualTo(3);
        }
    }

    @Test
    void nodesThatTakeEachOtherForTheLeaderAreUsedAsTheyAre() {
        cluster.lead(1);
        var first = "ok term=7 leader=n1 n1=" + cluster.node(1).address() + " n2=" + cluster.node(2).address();
        cluster.node(1).say(first.replace("leader=n1", "leader=n2"));
        cluster.node(2).say(first);
        try (var client = client(cluster.addresses(1, 2))) {
            count(client);

            assertThat(cluster.node(1).connections() + cluster.node(2).connections()).isEqualTo(3);
        }
    }

    @Test
    void leaderThatCannotBeReachedIsServedByTheNodeThatNamedIt() {
        cluster.lead(3);
        cluster.node(3).fall();
        try (var client = client(cluster.addresses(1))) {
            count(client);

            cluster.node(1).breakAll();
            count(client);
            assertThat(cluster.node(1).requests()).startsWith("hello", "cluster", "session");
            assertThat(told.get(0)).isEqualTo("connected 1");
        }
    }

    @Test
    void leaderThatIsSilentCostsAMomentAndNotTheTimeToConnect() {
        var time = new ManualTime();
        cluster.node(2).is(Mood.SILENT);
        cluster.lead(2);
        try (var client = DflockdClient.builder().server(cluster.addresses(1, 2)).time(time).build()) {
            var counting = client.counters().incrementAsync("c", 1);
            eventually(() -> cluster.node(2).connections() == 1);

            time.advance(Duration.ofMillis(300));

            assertThat(counting.join()).isEqualTo(1);
            assertThat(cluster.node(1).requests()).startsWith("cluster", "hello", "session");
            time.closing(client::close);
        }
    }

    @Test
    void leaderThatFallsSilentIsLeftForTheNextOne() {
        var time = new ManualTime();
        try (var client = DflockdClient.builder().server(cluster.addresses(1, 2, 3)).time(time).build()) {
            count(client);
            time.advance(Duration.ofSeconds(6)); // a connection that lasted is followed by the next at once
            cluster.node(1).is(Mood.MUTE);
            var counting = client.counters().incrementAsync("c", 1);
            eventually(() -> cluster.node(1).requests().contains("@2 incr"));

            cluster.lead(2);
            cluster.node(1).say(cluster.says(1));
            time.advance(Duration.ofMillis(760)); // another node may have taken over, which is found out by asking there

            assertThat(counting.join()).isEqualTo(2);
            assertThat(cluster.node(1).requests()).startsWith("cluster", "hello", "session", "@1 incr")
                    .containsOnlyOnce("@2 incr");
            assertThat(cluster.node(2).requests()).startsWith("cluster", "hello", "session");
            assertThat(cluster.state().violations()).isEmpty();
            time.closing(client::close);
        }
    }

    @Test
    void nodesAreLearnedAnewEveryMinute() {
        var time = new ManualTime();
        try (var client = DflockdClient.builder().server(cluster.addresses(1)).time(time).build()) {
            cluster.say("ok term=7 leader=n1 n1=" + cluster.node(1).address());
            count(client);
            cluster.lead(1);
            for (int second = 1; second <= 60; second++) {
                time.advance(Duration.ofSeconds(1));
                count(client); // the node is not silent meanwhile: a new connection would ask as well
            }
            eventually(() -> Collections.frequency(cluster.node(1).requests(), "cluster") == 2);
            count(client); // whose answer comes after that one

            cluster.lead(3);
            cluster.node(1).fall();
            eventually(() -> {
                time.advance(Duration.ofMillis(300));
                return cluster.node(3).connections() > 0;
            });
            count(client);
            time.closing(client::close);
        }
    }

    /** A connection that lives for a year ends with as little to do as one of a minute. */
    @Test
    void learningLeavesNothingBehind() {
        var time = new ManualTime();
        var cancelled = new AtomicInteger();
        var counting = new TimeSource() {
            @Override
            public long nanoTime() {
                return time.nanoTime();
            }

            @Override
            public Alarm after(long delayNanos, Runnable task) {
                var alarm = time.after(delayNanos, task);
                return () -> {
                    if (delayNanos == Duration.ofMinutes(1).toNanos()) {
                        cancelled.incrementAndGet();
                    }
                    alarm.cancel();
                };
            }
        };
        try (var client = DflockdClient.builder().server(cluster.addresses(1)).time(counting).build()) {
            for (int second = 1; second <= 300; second++) {
                count(client);
                time.advance(Duration.ofSeconds(1));
            }
            eventually(() -> Collections.frequency(cluster.node(1).requests(), "cluster") > 4);

            time.closing(client::close);
            assertThat(cancelled).hasValue(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"error", "ok", "ok term=9 leader=n1 n1=127.0.0.1:1"})
    void strangerThatANodeTakesForTheLeaderIsNotUsed(String answer) {
        try (var stranger = new FakeCluster(1)) {
            stranger.say(answer);
            cluster.node(1)
                    .say("ok term=7 leader=n2 n1=" + cluster.node(1).address() + " n2=" + stranger.node(1).address());
            try (var client = client(cluster.addresses(1))) {
                count(client);
                cluster.node(1).breakAll();
                count(client);

                assertThat(stranger.node(1).requests()).containsExactly("cluster");
                assertThat(stranger.state().executed()).isEmpty();
            }
        }
    }

    @Test
    void serversThatAreNoClusterAreRefused() {
        cluster.say("error");
        try (var client = client(cluster.addresses(1, 2))) {
            assertThatThrownBy(() -> count(client)).isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOf(ConnectionFailedException.class)
                    .hasMessageContaining(cluster.node(1).address() + ": is no node of a cluster");
            assertThat(cluster.state().executed()).isEmpty();
        }
    }

    @Test
    void listenerIsToldOfTheNode() {
        try (var client = client(cluster.addresses(1, 2, 3))) {
            count(client);
            cluster.lead(2);
            cluster.node(1).fall();
            count(client);

            eventually(() -> told.contains("resumed 2"));
            assertThat(told).containsExactly("connected 1", "disconnected 1", "failed 1", "connected 2", "resumed 2");
            assertThat(client.servers()).containsExactly(cluster.node(1).serverAddress());
        }
    }

    @Test
    void singleCommandGoesToTheLeader() throws Exception {
        cluster.lead(2);
        try (var connection = Connection.dial(cluster.addresses(1, 2, 3))) {
            assertThat(connection.address()).isEqualTo(cluster.node(2).serverAddress());
            assertThat(connection.ping()).isTrue();
            assertThat(cluster.node(1).requests()).containsExactly("cluster");
        }
    }

    @Test
    void connectionsOfTheirOwnGoToTheLeader() throws Exception {
        cluster.lead(2);
        try (var client = DflockdClient.builder()
                .server(cluster.addresses(1, 2, 3))
                .sessionGrace(Duration.ZERO)
                .build()) {
            assertThat(client.ping(LONG)).hasSize(1);
            assertThat(cluster.node(1).requests()).containsExactly("cluster");
            assertThat(cluster.node(2).requests()).containsExactly("cluster", "ping");

            cluster.lead(3);
            cluster.node(2).fall();
            eventually(() -> ping(client));
            assertThat(cluster.node(3).requests()).containsExactly("cluster", "ping");
        }
    }

    @Test
    void streamOverAConnectionOfItsOwnIsMadeAnewAtAnotherNode() throws Exception {
        try (var connection = Connection.dial(cluster.addresses(1, 2)); var watches = new WatchConn(connection)) {
            watches.watch("a.>");
            cluster.lead(2);
            cluster.node(1).fall();

            assertThat(watches.events().next()).contains(new Gap(Gap.Cause.RECONNECTED, 0));
            assertThat(cluster.node(2).requests()).containsExactly("cluster", "watch");
        }
    }

    @Test
    void aloneServerIsAskedNothingNew() {
        try (var server = new FakeServer(); var client = client(server.address())) {
            var counting = client.counters().incrementAsync("c", 1);
            var peer = server.accept();
            assertThat(peer.request().get(0)).isEqualTo("hello");
            peer.send("ok dflockd/1 ping,tags,cancel,sessions window=131072");
            assertThat(peer.request().get(0)).isEqualTo("session");
            peer.send("ok new 10").send("@1 ok 1");
            assertThat(peer.request().get(0)).isEqualTo("@1 incr");
            counting.cancel(false);
            peer.close();
            server.stopListening();
        }
    }

    private static boolean ping(DflockdClient client) {
        try {
            return !client.ping(LONG).isEmpty();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void count(DflockdClient client) {
        assertThat(client.counters().incrementAsync("c", 1).join()).isPositive();
    }

    private DflockdClient client(String server) {
        return DflockdClient.builder().server(server).connectionListener(new ConnectionListener() {
            @Override
            public void connected(ServerAddress node) {
                tell("connected", node);
            }

            @Override
            public void connectFailed(ServerAddress node, DflockdException cause) {
                tell("failed", node);
            }

            @Override
            public void disconnected(ServerAddress node, DflockdException cause) {
                tell("disconnected", node);
            }

            @Override
            public void resumed(ServerAddress node, Duration away) {
                tell("resumed", node);
            }
        }).build();
    }

    private void tell(String what, ServerAddress node) {
        for (int i = 1; i <= 3; i++) {
            if (node.equals(cluster.node(i).serverAddress())) {
                told.add(what + " " + i);
            }
        }
    }
}
