package io.dflockd.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.connection.Connection;
import io.dflockd.client.event.EventOptions;
import io.dflockd.client.event.LeaderConn;
import io.dflockd.client.event.LeaderEvent.LeaderChange;
import io.dflockd.client.event.SignalConn;
import io.dflockd.client.event.SignalEvent.Signal;
import io.dflockd.client.event.WatchConn;
import io.dflockd.client.event.WatchEvent.KeyChange;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** SignalConn, WatchConn and LeaderConn of the Go client, done in Java. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GoEventsTest {
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    @Test
    void signalConn() throws Exception {
        try (var signals = new SignalConn(dial())) { // NewSignalConn
            signals.listen("go.events.*");
            assertThat(signals.emit("go.events.login", "user 123")).isEqualTo(1);
            assertThat(signals.signals().next()).contains(new Signal("go.events.login", "user 123"));

            signals.unlisten("go.events.*");
            assertThat(signals.emit("go.events.login", "again")).isZero();
        }
    }

    @Test
    void signalConnWithGroup() throws Exception {
        try (var one = new SignalConn(dial()); var two = new SignalConn(dial())) {
            one.listen("go.tasks.>", "workers"); // WithGroup("workers")
            two.listen("go.tasks.>", "workers");

            one.emit("go.tasks.a", "1");
            one.emit("go.tasks.a", "2");

            assertThat(one.signals().next()).contains(new Signal("go.tasks.a", "1"));
            assertThat(two.signals().next()).contains(new Signal("go.tasks.a", "2"));
            one.unlisten("go.tasks.>", "workers");
        }
    }

    @Test
    void watchConn() throws Exception {
        try (var watches = new WatchConn(dial()); var writer = dial()) { // NewWatchConn
            watches.watch("go.config.*");
            writer.values().set("go.config.level", "debug");
            assertThat(watches.events().next()).contains(new KeyChange("kset", "go.config.level"));

            watches.unwatch("go.config.*");
            writer.values().delete("go.config.level");
            assertThat(watches.events().next(Duration.ofMillis(50))).isEmpty();
        }
    }

    @Test
    void leaderConn() throws Exception {
        try (var candidate = new LeaderConn(dial()); var observer = new LeaderConn(dial())) { // NewLeaderConn
            observer.observe("go/leader");
            var grant = candidate.elect("go/leader", TEN_SECONDS, Duration.ofMinutes(1));
            assertThat(observer.events().next()).contains(new LeaderChange("elected", "go/leader"));
            assertThat(candidate.renew("go/leader", grant.token()).fence()).isEqualTo(grant.fence());

            candidate.resign("go/leader", grant.token());

            assertThat(observer.events().next()).contains(new LeaderChange("resigned", "go/leader"));
            observer.unobserve("go/leader");
        }
    }

    @Test
    void streamEndsWithItsConnection() throws Exception {
        var signals = new SignalConn(dial(), EventOptions.defaults().withBuffer(64).withoutReconnect());
        signals.listen("go.end");

        signals.close();

        assertThat(signals.signals()).isEmpty(); // the loop over it ends
        assertThat(signals.signals().isEnded()).isTrue();
    }

    private static Connection dial() throws InterruptedException {
        return Connection.dial(TestServer.address());
    }
}
