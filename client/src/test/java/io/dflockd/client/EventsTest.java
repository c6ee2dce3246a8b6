package io.dflockd.client;

import static io.dflockd.client.FakeServer.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.connection.Connection;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.event.EventOptions;
import io.dflockd.client.event.Gap;
import io.dflockd.client.event.LeaderConn;
import io.dflockd.client.event.LeaderEvent;
import io.dflockd.client.event.SignalConn;
import io.dflockd.client.event.SignalEvent;
import io.dflockd.client.event.WatchConn;
import io.dflockd.client.event.WatchEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EventsTest {
    private final FakeServer server = new FakeServer();
    private FakeServer.Peer peer;
    private Connection connection;

    @BeforeEach
    void connect() throws Exception {
        connection = Connection.dial(server.address());
        peer = server.accept();
    }

    @AfterEach
    void close() {
        connection.close();
        server.close();
    }

    @Test
    void signalsArriveInOrderBetweenAnswers() throws Exception {
        try (var signals = new SignalConn(connection)) {
            listen(signals, "ev.*", "");
            var emitted = FakeServer.async(() -> signals.emit("ev.a", "hi there"));
            peer.expect("signal", "ev.a", "hi there").send("sig ev.a hi there").send("ok 1").send("sig ev.b x\ty ");

            assertThat(emitted.join()).isEqualTo(1);
            assertThat(signals.signals().next()).contains(new SignalEvent.Signal("ev.a", "hi there"));
            assertThat(signals.signals().next()).contains(new SignalEvent.Signal("ev.b", "x\ty "));
        }
    }

    @Test
    void eachKindTakesItsOwnPushes() throws Exception {
        try (var watches = new WatchConn(connection)) {
            var done = FakeServer.run(() -> watches.watch("cfg.>"));
            peer.expect("watch", "cfg.>", "")
                    .send("sig a b")
                    .send("leader elected e")
                    .send("ok")
                    .send("watch kset cfg.a");
            done.join();

            assertThat(watches.events().next()).contains(new WatchEvent.KeyChange("kset", "cfg.a"));
        }
    }

    @Test
    void brokenConnectionIsMadeAnewAndTheGapAnnouncedWhenAllSubscriptionsStand() throws Exception {
        try (var signals = new SignalConn(connection)) {
            listen(signals, "ev.*", "");
            listen(signals, "tasks.>", "workers");
            listen(signals, "gone", "");
            var left = FakeServer.run(() -> signals.unlisten("gone"));
            peer.expect("unlisten", "gone", "").send("ok");
            left.join();

            peer.close();
            peer = server.accept();
            peer.expect("listen", "ev.*", "").send("ok").send("sig ev.a early");
            peer.expect("listen", "tasks.>", "workers").send("ok").send("sig ev.a late");

            assertThat(signals.signals().next()).contains(new SignalEvent.Signal("ev.a", "early"));
            assertThat(List.of(signals.signals().next().orElseThrow(), signals.signals().next().orElseThrow()))
                    .contains(new Gap(Gap.Cause.RECONNECTED, 0), new SignalEvent.Signal("ev.a", "late"));
        }
    }

    @Test
    void reconnectKnowsTheTokenThatWasShownByHand() throws Exception {
        var authenticated = FakeServer.run(() -> connection.authenticate("s3cret"));
        peer.expect("auth", "_", "s3cret").send("ok");
        authenticated.join();
        try (var leaders = new LeaderConn(connection)) {
            var observed = FakeServer.run(() -> leaders.observe("boss"));
            peer.expect("observe", "boss", "").send("ok");
            observed.join();

            peer.reset();
            peer = server.accept();
            peer.expect("auth", "_", "s3cret").send("ok");
            peer.expect("observe", "boss", "").send("ok").send("leader elected boss");

            var events = List.of(leaders.events().next().orElseThrow(), leaders.events().next().orElseThrow());
            assertThat(events).contains(new Gap(Gap.Cause.RECONNECTED, 0),
                    new LeaderEvent.LeaderChange("elected", "boss"));
        }
    }

    @Test
    void withoutReconnectTheStreamEndsWithItsReason() throws Exception {
        try (var signals = new SignalConn(connection, EventOptions.defaults().withoutReconnect())) {
            peer.send("sig a 1");
            peer.close();

            var seen = new ArrayList<SignalEvent>();
            for (var event : signals.signals()) {
                seen.add(event);
            }

            assertThat(seen).containsExactly(new SignalEvent.Signal("a", "1"));
            assertThat(signals.signals().endReason()).containsInstanceOf(ConnectionLostException.class);
        }
    }

    @Test
    void fullBufferDropsAndSaysHowMany() throws Exception {
        try (var signals = new SignalConn(connection, EventOptions.defaults().withBuffer(2))) {
            for (int i = 0; i < 5; i++) {
                peer.send("sig a " + i);
            }
            eventually(() -> signals.signals().dropped() == 3);

            assertThat(signals.signals().next()).contains(new SignalEvent.Signal("a", "0"));
            peer.send("sig a 5");
            assertThat(signals.signals().next()).contains(new SignalEvent.Signal("a", "1"));
            assertThat(signals.signals().next()).contains(new Gap(Gap.Cause.OVERFLOW, 3));
            assertThat(signals.signals().next()).contains(new SignalEvent.Signal("a", "5"));
        }
    }

    @Test
    void callbackThatThrowsGetsTheNextEventAllTheSame() {
        var seen = new CopyOnWriteArrayList<SignalEvent>();
        try (var signals = new SignalConn(connection)) {
            signals.signals().forEachAsync(event -> {
                seen.add(event);
                throw new IllegalStateException("a test's failing callback");
            });

            peer.send("sig a 1").send("sig a 2");

            eventually(() -> seen.size() == 2);
            assertThatThrownBy(() -> signals.signals().forEachAsync(event -> {}))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void subscriberGetsAsManyAsItAskedForAndTheEnd() {
        var signals = new SignalConn(connection);
        var subscriber = new Recorder();
        signals.signals().subscribe(subscriber);
        peer.send("sig a 1").send("sig a 2").send("sig a 3");

        eventually(() -> subscriber.subscription != null);
        subscriber.subscription.request(2);
        eventually(() -> subscriber.seen.size() == 2);
        assertThat(subscriber.seen).hasSize(2);
        subscriber.subscription.request(5);
        eventually(() -> subscriber.seen.size() == 3);
        signals.close();

        eventually(() -> subscriber.completed);
        assertThat(signals.signals().endReason()).isEmpty();
    }

    private void listen(SignalConn signals, String pattern, String group) {
        var done = FakeServer.run(() -> signals.listen(pattern, group));
        peer.expect("listen", pattern, group).send("ok");
        done.join();
    }

    private static final class Recorder implements Flow.Subscriber<SignalEvent> {
        private final List<SignalEvent> seen = new CopyOnWriteArrayList<>();
        private volatile Flow.Subscription subscription;
        private volatile boolean completed;

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(SignalEvent event) {
            seen.add(event);
        }

        @Override
        public void onError(Throwable reason) {}

        @Override
        public void onComplete() {
            completed = true;
        }
    }
}
