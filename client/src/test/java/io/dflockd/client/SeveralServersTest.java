package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.error.ServerErrorException;
import io.dflockd.client.event.SignalEvent.Signal;
import io.dflockd.client.event.WatchEvent.KeyChange;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams of a client with two servers: each name belongs to one of them, as a key does. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SeveralServersTest {
    private final FakeServer first = new FakeServer();
    private final FakeServer second = new FakeServer();
    private final DflockdClient client = DflockdClient.builder()
            .servers(List.of(first.address(), second.address()))
            .sessionGrace(Duration.ZERO)
            .shardFunction((key, servers) -> key.startsWith("b") ? 1 : 0)
            .build();

    @AfterEach
    void close() {
        client.close();
        first.close();
        second.close();
    }

    @Test
    void keyIsWatchedAtItsServerAndAPatternAtAll() throws Exception {
        var watches = client.watches();
        var watching = FakeServer.run(() -> watches.watch("b.1"));
        var atSecond = second.accept().expect("watch", "b.1", "").send("ok");
        watching.join();
        var watchingAll = FakeServer.run(() -> watches.watch("*.x"));
        var atFirst = first.accept().expect("watch", "*.x", "").send("ok");
        atSecond.expect("watch", "*.x", "").send("ok");
        watchingAll.join();

        atSecond.send("watch kset b.1");
        assertThat(watches.events().next()).contains(new KeyChange("kset", "b.1"));
        atFirst.send("watch kdel a.x");
        assertThat(watches.events().next()).contains(new KeyChange("kdel", "a.x"));

        var leaving = FakeServer.run(() -> watches.unwatch("*.x"));
        atFirst.expect("unwatch", "*.x", "").send("ok");
        atSecond.expect("unwatch", "*.x", "").send("ok");
        leaving.join();
        watches.close();
        atFirst.expectEnd();
        atSecond.expectEnd();
        assertThat(watches.events().isEnded()).isTrue();
    }

    @Test
    void signalIsEmittedAtTheServerOfItsChannelAndHeardThere() throws Exception {
        var signals = client.signals();
        var listening = FakeServer.run(() -> signals.listen("b.news", "readers"));
        var atSecond = second.accept().expect("listen", "b.news", "readers").send("ok");
        listening.join();

        var emitting = FakeServer.async(() -> signals.emit("b.news", "hello"));
        atSecond.expect("signal", "b.news", "hello").send("sig b.news hello").send("ok 1");

        assertThat(emitting.join()).isEqualTo(1);
        assertThat(signals.signals().next()).contains(new Signal("b.news", "hello"));
    }

    @Test
    void signalIsEmittedWithoutAStream() {
        var emitting = client.emitAsync("b.news", "hello");
        second.accept().expect("signal", "b.news", "hello").send("ok 0");

        assertThat(emitting.join()).isZero();
    }

    @Test
    void patternThatOneServerRefusesIsLeftAtTheOthers() throws Exception {
        var signals = client.signals();
        var listening = FakeServer.run(() -> signals.listen(">"));
        var atFirst = first.accept().expect("listen", ">", "").send("ok");
        second.accept().expect("listen", ">", "").send("error");

        assertThatThrownBy(listening::join).cause().isInstanceOf(ServerErrorException.class);
        atFirst.expect("unlisten", ">", "");
    }

    @Test
    void endOfTheClientEndsStreamsThatAreNotConnectedYetAndThoseThatConnect() throws Exception {
        var watches = client.watches();
        var signals = client.signals();
        CompletableFuture<Void> connecting;
        try (var silent = DflockdClient.builder()
                .servers(List.of(first.address(), second.address()))
                .authToken("never answered")
                .responseTimeout(Duration.ofSeconds(1))
                .build()) {
            var stream = silent.watches();
            connecting = FakeServer.run(() -> stream.watch(">"));
            first.accept().expect("auth", "_", "never answered");
            silent.close();
            assertThat(stream.events().next()).isEmpty();
        }
        client.close();

        assertThat(watches.events().next()).isEmpty();
        assertThat(signals.signals().next()).isEmpty();
        first.close();
        assertThatThrownBy(connecting::join).isNotNull();
    }
}
