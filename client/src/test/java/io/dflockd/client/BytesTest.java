package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.event.LeaderEvent;
import io.dflockd.client.event.LossEvent;
import io.dflockd.client.event.WatchEvent;
import io.dflockd.client.internal.Checks;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is sent has the bytes that it had; what has none is refused. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BytesTest {
    private static final String HALF = "a\uD83Db";

    private final FakeServer server = new FakeServer();
    private final DflockdClient client = DflockdClient.builder()
            .server(server.address())
            .sessionGrace(Duration.ZERO)
            .build();

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void halfOfASurrogatePairIsRefusedByName() {
        assertThatThrownBy(() -> client.lock(HALF)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key 'a\uFFFDb'")
                .hasMessageContaining("index 1")
                .hasMessageContaining("U+D83D");
        assertThatThrownBy(() -> client.values().set("k", "\uDE00\uD83D")).hasMessageContaining("value")
                .hasMessageContaining("index 0");
        assertThatThrownBy(() -> client.lists().pushLeft("k", HALF)).hasMessageContaining("index 1");
        assertThatThrownBy(() -> client.emit(HALF, "x")).hasMessageContaining("channel");
        assertThatThrownBy(() -> Checks.authToken(HALF)).hasMessageContaining("surrogate");
        assertThat(Checks.key("a\uD83D\uDE00b")).hasSize(6);
    }

    @Test
    void valuesAreBytes() throws Exception {
        byte[] bytes = {(byte) 0xff, (byte) 0xfe, 0, 'x'};
        var setting = client.values().bytes().setAsync("b", bytes, null);
        var peer = server.accept();
        assertThat(peer.octets(3)).startsWith("kset\nb\n\u00ff\u00fe\u0000x");
        peer.send("ok");
        setting.join();

        var getting = client.values().bytes().getAsync("b");
        peer.octets(3);
        peer.sendOctets("ok \u00ff\u00fe\u0000x\n");
        assertThat(getting.join().orElseThrow()).isEqualTo(bytes);

        var popping = client.lists().bytes().popLeftAsync("q", Duration.ofSeconds(5));
        var second = server.accept();
        second.octets(3);
        second.sendOctets("ok \u00ff\t\n");
        assertThat(popping.join().orElseThrow()).isEqualTo(new byte[]{(byte) 0xff, '\t'});
    }

    @Test
    void bytesThatEndALineAreRefused() {
        var values = client.values().bytes();
        for (var wrong : new byte[][]{{}, {'\n'}, {'a', '\r'}, {'\t'}, new byte[70_000]}) {
            assertThatThrownBy(() -> values.set("k", wrong)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("value of " + wrong.length + " bytes is invalid");
        }
        assertThatThrownBy(() -> client.lists().bytes().pushLeft("k", new byte[]{'\n'}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void swapsAreShortToSay() {
        var swapping = FakeServer.async(() -> client.values().compareAndSet("k", "a", "b"));
        var peer = server.accept().expect("kcas", "k", "a\tb\t0").send("ok");
        assertThat(swapping.join()).isTrue();

        var setting = FakeServer.async(() -> client.values().setIfAbsent("k", "c"));
        peer.expect("kcas", "k", "\tc\t0").send("cas_conflict");
        assertThat(setting.join()).isFalse();

        CompletableFuture<Boolean> bytes = FakeServer
                .async(() -> client.values().bytes().setIfAbsent("k", new byte[]{'d'}));
        peer.expect("kcas", "k", "\td\t0").send("ok");
        assertThat(bytes.join()).isTrue();
    }

    @Test
    void eventsHaveKindsAlsoThoseOfLaterServers() {
        assertThat(new WatchEvent.KeyChange("kset", "k").kind()).isEqualTo(WatchEvent.Kind.KSET);
        assertThat(new WatchEvent.KeyChange("brpop", "k").kind()).isEqualTo(WatchEvent.Kind.BRPOP);
        assertThat(new WatchEvent.KeyChange("other", "k").kind()).isEqualTo(WatchEvent.Kind.OTHER);
        assertThat(new LeaderEvent.LeaderChange("failover", "e").kind()).isEqualTo(LeaderEvent.Kind.FAILOVER);
        assertThat(new LossEvent.HoldLost("k", 1, "revoked").kind()).isEqualTo(LossEvent.Kind.REVOKED);
        assertThat(new LossEvent.HoldLost("k", 1, "stolen").kind()).isEqualTo(LossEvent.Kind.OTHER);
    }
}
