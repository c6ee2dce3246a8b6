package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.error.ServerDrainingException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a client has a session with a server, and when it goes without, in time that the test moves. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SessionChoiceTest {
    private final ManualTime time = new ManualTime();
    private final FakeServer server = new FakeServer();
    private final DflockdClient client = DflockdClient.builder()
            .server(server.address())
            .time(time)
            .build();

    @AfterEach
    void close() {
        server.close();
        time.closing(client::close);
    }

    @Test
    void serverThatShutsDownAsItIsGreetedDoesNotFixTheClientOnConnections() {
        var refused = client.lock("k").tryAcquireAsync(Duration.ZERO);
        server.accept().expect("hello", "lost", "java").send("error_draining");
        assertThatThrownBy(refused::join).cause().isInstanceOf(ServerDrainingException.class);

        var attempt = client.lock("k").tryAcquireAsync(Duration.ZERO);
        var session = TaggedPeer.accept(server);
        session.send(session.expect("l", "k", "0") + " ok T 33 1");

        assertThat(attempt.join()).isPresent();
    }

    @Test
    void serverThatTakesNoSessionsIsAskedAgainLater() {
        var first = client.lock("a").tryAcquireAsync(Duration.ZERO);
        server.accept().expect("hello", "lost", "java").send("error");
        server.accept().expect("l", "a", "0").send("timeout");
        assertThat(first.join()).isEmpty();
        var second = client.lock("a").tryAcquireAsync(Duration.ZERO);
        server.accept().expect("l", "a", "0").send("timeout");
        assertThat(second.join()).isEmpty();

        time.advance(Duration.ofSeconds(30));
        var third = client.lock("a").tryAcquireAsync(Duration.ZERO);
        var session = TaggedPeer.accept(server);
        session.send(session.expect("l", "a", "0") + " timeout");

        assertThat(third.join()).isEmpty();
    }

    @Test
    void sessionThatIsRefusedTwiceIsTriedAgainLater() {
        var first = client.lock("a").tryAcquireAsync(Duration.ZERO);
        var refusing = TaggedPeer.greet(server, "");
        refusing.expectName("0");
        refusing.send("error").expectName("0");
        refusing.send("error");
        server.accept().expect("l", "a", "0").send("timeout");
        assertThat(first.join()).isEmpty();

        time.advance(Duration.ofSeconds(30));
        var second = client.lock("a").tryAcquireAsync(Duration.ZERO);
        var session = TaggedPeer.accept(server);
        session.send(session.expect("l", "a", "0") + " timeout");

        assertThat(second.join()).isEmpty();
    }

    @Test
    void serverThatKnowsNoSessionsAnyMoreIsNotAskedForEver() {
        var counting = client.counters().incrementAsync("c", 1);
        var session = TaggedPeer.accept(server);
        session.send(session.expect("incr", "c", "1") + " ok 1");
        counting.join();
        session.reset();

        time.advanceToAlarmWithin(Duration.ofMillis(20));
        server.accept().expect("hello", "lost", "java").send("error").expectEndAfterGreeting();

        var again = client.counters().incrementAsync("c", 1);
        server.accept().expect("incr", "c", "1").send("ok 2");
        assertThat(again.join()).isEqualTo(2);
    }

    @Test
    void poppedValueIsReadWholeHoweverLongTheServerTakesThem() {
        var popping = client.lists().popLeftAsync("q");
        var session = TaggedPeer.accept(server, "max_arg=33554432");
        var value = "v".repeat(16 * 1024 * 1024 + 1);

        session.send(session.expect("lpop", "q", "") + " ok " + value);

        assertThat(popping.join()).hasValue(value);
    }
}
