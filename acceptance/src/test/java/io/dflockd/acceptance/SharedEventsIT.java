package io.dflockd.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.event.EventStream;
import io.dflockd.client.event.Gap;
import io.dflockd.client.event.LeaderEvent;
import io.dflockd.client.event.LeaderEvent.LeaderChange;
import io.dflockd.client.event.SignalConn;
import io.dflockd.client.event.SignalEvent.Signal;
import io.dflockd.client.event.WatchEvent.KeyChange;
import io.dflockd.protocol.ChannelPattern;
import io.dflockd.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Signals, watches, observers, pops and barriers of one client: the same with and without sessions at the server. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SharedEventsIT {
    private static final Duration WAIT = Duration.ofSeconds(20);

    private static Map<Extensions, ServerProcess> servers;

    enum Extensions {
        SESSIONS,
        NONE
    }

    @BeforeAll
    static void startServers() {
        servers = Map.of(Extensions.SESSIONS, ServerProcess.start(), Extensions.NONE,
                ServerProcess.start("--max-session-grace", "0"));
    }

    @AfterAll
    static void stopServers() {
        servers.values().forEach(ServerProcess::close);
    }

    private static DflockdClient client(Extensions extensions) {
        return DflockdClient.connect(servers.get(extensions).address());
    }

    @Test
    void everythingOfAClientGoesOverOneConnection() throws Exception {
        try (var connection = Connection.dial(servers.get(Extensions.SESSIONS).address());
                var client = client(Extensions.SESSIONS)) {
            var streams = new ArrayList<AutoCloseable>();
            for (int i = 0; i < 50; i++) {
                streams.add(client.lock("one/" + i).acquire());
                var signals = client.signals();
                signals.listen("one.*." + i);
                var watches = client.watches();
                watches.watch("one/" + i % 10);
                streams.addAll(List.of(signals, watches, client.election("one/e" + i).observe()));
            }
            var waits = new ArrayList<>(Stream.of("a", "b", "c")
                    .map(name -> client.lists().popLeftAsync("one/" + name, Duration.ofSeconds(60)))
                    .toList());
            var barrier = client.barriers().awaitAsync("one/b", 3, Duration.ofSeconds(60));
            Eventually.await("the waits", WAIT, () -> stats(connection).contains("\"participants\":1")
                    && stats(connection).contains("\"pop_waiters\":1"));

            assertThat(stats(connection)).contains("\"connections\":2,"); // this one and the client's

            waits.forEach(wait -> wait.cancel(false));
            barrier.cancel(false);
            for (var stream : streams) {
                stream.close();
            }
            Eventually.await("the end of all", WAIT, () -> stats(connection).contains("\"lists\":[],")
                    && stats(connection).contains("\"barriers\":[],")
                    && stats(connection).contains("\"signal_channels\":[],")
                    && stats(connection).contains("\"watch_channels\":[],")
                    && stats(connection).contains("\"leader_observers\":[],"));
        }
    }

    private static String stats(Connection connection) {
        try {
            return connection.stats();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachStreamGetsWhatItListensToOnce(Extensions extensions) throws Exception {
        try (var client = client(extensions); var one = client.signals(); var two = client.signals()) {
            one.listen("s.*");
            one.listen("s.a");
            two.listen("s.>");
            two.listen("s.b.c");

            client.signals().emit("s.a", "1");
            one.unlisten("s.a");
            client.signals().emit("s.a", "2");
            one.unlisten("s.*");
            client.signals().emit("s.a", "3");
            one.listen("s.b.*");
            client.signals().emit("s.b.c", "4");

            assertThat(take(one.signals(), 3)).containsExactly(new Signal("s.a", "1"), new Signal("s.a", "2"),
                    new Signal("s.b.c", "4"));
            assertThat(take(two.signals(), 4)).containsExactly(new Signal("s.a", "1"), new Signal("s.a", "2"),
                    new Signal("s.a", "3"), new Signal("s.b.c", "4"));
        }
    }

    private static <E> List<E> take(EventStream<E> stream, int count) throws InterruptedException {
        var taken = new ArrayList<E>();
        while (taken.size() < count) {
            taken.add(stream.next(WAIT).orElseThrow(() -> new AssertionError("only " + taken)));
        }
        return taken;
    }

    @ParameterizedTest
    @EnumSource
    void membersOfAGroupShareWhatComes(Extensions extensions) throws Exception {
        try (var client = client(extensions); var one = client.signals(); var two = client.signals()) {
            one.listen("g.>", "workers");
            two.listen("g.>", "workers");
            two.listen("g.x");

            assertThat(one.emit("g.a", "1")).isEqualTo(1);
            assertThat(one.emit("g.a", "2")).isEqualTo(1);
            assertThat(one.emit("g.x", "3")).isEqualTo(2);

            assertThat(take(one.signals(), 2)).containsExactly(new Signal("g.a", "1"), new Signal("g.x", "3"));
            // What comes to the group comes over a connection of its own.
            assertThat(take(two.signals(), 2))
                    .containsExactlyInAnyOrder(new Signal("g.a", "2"), new Signal("g.x", "3"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void watchersSeeWhatTheirOwnClientDoes(Extensions extensions) throws Exception {
        try (var client = client(extensions); var one = client.watches(); var two = client.watches()) {
            one.watch("w.*");
            two.watch("w.a");

            client.counters().increment("w.a", 1);
            client.counters().increment("w.b", 1);
            client.lock("w.a").acquire().close();

            assertThat(take(one.events(), 4)).containsExactly(new KeyChange("incr", "w.a"),
                    new KeyChange("incr", "w.b"), new KeyChange("acquire", "w.a"), new KeyChange("release", "w.a"));
            assertThat(take(two.events(), 3)).containsExactly(new KeyChange("incr", "w.a"),
                    new KeyChange("acquire", "w.a"), new KeyChange("release", "w.a"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void observersSeeTheLeadershipsOfTheirOwnClient(Extensions extensions) throws Exception {
        var elected = new LeaderChange("elected", "boss");
        try (var client = client(extensions); var observer = client.election("boss").observe()) {
            var leadership = client.election("boss").campaign().orElseThrow();
            assertThat(take(observer.events(), 1)).containsExactly(elected);
            try (var late = client.election("boss").observe()) {
                assertThat(take(late.events(), 1)).containsExactly(elected);
            }
            leadership.close();

            LeaderEvent event = elected; // which may come twice
            while (event.equals(elected)) {
                event = take(observer.events(), 1).get(0);
            }
            assertThat(event).isEqualTo(new LeaderChange("resigned", "boss"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void popThatIsCancelledTakesNothing(Extensions extensions) throws Exception {
        try (var client = client(extensions)) {
            for (int i = 0; i < 200; i++) {
                var value = Integer.toString(i);
                var key = "p/" + i;
                var popping = client.lists().popLeftAsync(key, Duration.ofSeconds(60));
                if (i % 2 == 0) {
                    var unused = client.counters().get("c");
                }
                var pushing = client.lists().pushRightAsync(key, value);
                popping.cancel(false);
                pushing.get(20, TimeUnit.SECONDS);

                if (!popping.isCancelled()) {
                    assertThat(popping.join()).contains(value);
                } else if (extensions == Extensions.SESSIONS) {
                    assertThat(client.lists().popRight(key, WAIT)).contains(value);
                } // else the connection was closed, and a value that was on its way may be lost
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientIsAsManyParticipantsOfABarrierAsItWaits(Extensions extensions) throws Exception {
        try (var client = client(extensions)) {
            var waits = Stream.generate(() -> client.barriers().awaitAsync("together", 3, WAIT)).limit(3).toList();
            for (var wait : waits) {
                assertThat(wait.get(20, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(client.barriers().await("together", 2, Duration.ofSeconds(1))).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void streamsOfAClosedClientEnd(Extensions extensions) throws Exception {
        var client = client(extensions);
        var signals = client.signals();
        signals.listen("end");
        signals.listen("end", "group");

        client.close();

        assertThat(signals.signals().next()).isEmpty();
        assertThat(signals.signals().isEnded()).isTrue();
    }

    @Test
    void serverAndClientMatchAlike() throws Exception {
        var random = new SplittableRandom(20_261_124);
        var tokens = new String[]{"a", "b", "", "*", ">"};
        try (var client = client(Extensions.SESSIONS)) {
            for (int i = 0; i < 300; i++) {
                var pattern = name(random, tokens);
                var channel = name(random, new String[]{"a", "b", ""});
                if (pattern.isEmpty() || channel.isEmpty() || !ChannelPattern.isValid(pattern)) {
                    continue;
                }
                try (SignalConn signals = client.signals()) {
                    signals.listen(pattern);
                    assertThat(signals.emit(channel, "x")).as("%s of %s", pattern, channel)
                            .isEqualTo(ChannelPattern.matches(pattern, channel) ? 1 : 0);
                }
            }
        }
    }

    private static String name(SplittableRandom random, String[] tokens) {
        return String.join(".",
                random.ints(random.nextInt(1, 4), 0, tokens.length).mapToObj(token -> tokens[token]).toList());
    }

    @Test
    void serverThatStartsAnewIsSubscribedToAnew() throws Exception {
        var first = ServerProcess.start();
        int port = first.socketAddress().getPort();
        try (var client = DflockdClient.connect(first.address())) {
            var signals = client.signals();
            signals.listen("anew");
            first.close();
            try (var second = ServerProcess.start("--port", Integer.toString(port))) {
                assertThat(take(signals.signals(), 1)).containsExactly(new Gap(Gap.Cause.RECONNECTED, 0));
                assertThat(client.signals().emit("anew", "1")).isEqualTo(1);
                assertThat(take(signals.signals(), 1)).containsExactly(new Signal("anew", "1"));
                assertThat(second.address()).isEqualTo(first.address());
            }
        }
    }
}
