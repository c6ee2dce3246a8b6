package io.dflockd.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import io.dflockd.protocol.RequestDecoder;
import io.dflockd.service.access.Authenticator;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.stats.ServerCounters;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RequestHandlerTest {
    private final ServerCounters counters = new ServerCounters();
    private RequestHandler handler = handler(Optional.empty());

    private RequestHandler handler(Optional<String> token) {
        var settings = new ServiceSettings(30_000, false, 10, 60_000, 10);
        var engine = new Engine(new EngineLimits(100, 0, 0, 0, 0, 1 << 20, 5000, 60_000), 1);
        var driver = new EngineDriver(engine, settings, () -> 1, () -> 1, (task, delay) -> () -> {}, cause -> {});
        return new RequestHandler(
                settings, driver, Authenticator.of(token, Optional.empty(), 1000), counters);
    }

    /** A client whose requests have their turn at once. */
    private final class Client {
        final RecordingReceiver receiver = new RecordingReceiver();
        final Caller caller = handler.connected(receiver);

        String ask(String... lines) {
            int before = receiver.lines.size();
            var bytes = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.ISO_8859_1);
            new RequestDecoder(1000).decode(
                    bytes, 0, bytes.length, (tag, request) -> handler.handle(caller, tag, request));
            return String.join("|", receiver.lines.subList(before, receiver.lines.size()));
        }
    }

    @Test
    void whatIsNotTheEnginesBusinessIsAnsweredHere() {
        var client = new Client();

        assertThat(client.ask("ping", "_", "")).isEqualTo("ok");
        assertThat(client.ask("@1 hello", "_", "test")).startsWith("@1 ok dflockd/").contains("sessions");
        assertThat(client.ask("stats", "_", "")).startsWith("ok {").contains("\"connections_evicted\":0");
        assertThat(client.ask("auth", "_", "any")).as("without a token").isEqualTo("error");
        assertThat(client.ask("nonsense", "_", "")).isEqualTo("error");
    }

    @Test
    void theRestGoesToTheEngine() {
        var client = new Client();
        var other = new Client();

        assertThat(client.ask("incr", "c", "5")).isEqualTo("ok 5");
        assertThat(client.ask("l", "jobs", "0")).startsWith("ok ");
        assertThat(handler.isInUse(client.caller)).isTrue();
        assertThat(other.ask("l", "jobs", "30")).isEmpty();
        assertThat(other.caller.isBlocked()).isTrue();
        handler.disconnected(client.caller);
        assertThat(other.receiver.lines).hasSize(1).first().asString().startsWith("ok ");
        assertThat(other.caller.isBlocked()).isFalse();
    }

    @Test
    void nobodyAsksBeforeTheTokenIsShown() {
        handler = handler(Optional.of("s3cret"));
        var good = new Client();
        var wrong = new Client();
        var hasty = new Client();

        assertThat(good.ask("auth", "_", "s3cret")).isEqualTo("ok");
        assertThat(good.ask("incr", "c", "1")).isEqualTo("ok 1");
        assertThat(wrong.ask("auth", "_", "guess")).isEqualTo("error_auth");
        assertThat(hasty.ask("incr", "c", "1")).isEqualTo("error_auth");
        assertThat(wrong.receiver.end).isEqualTo("after writing");
        assertThat(hasty.receiver.end).isEqualTo("after writing");
        assertThat(counters.authFailures()).isEqualTo(2);
    }

    @Test
    void whoIsLateIsToldAndEnded() {
        var client = new Client();
        handler.timedOut(client.caller);

        assertThat(client.receiver.lines).containsExactly("error");
        assertThat(client.receiver.end).isEqualTo("after writing");
    }

    @Test
    void whileDrainingAllIsRefused() {
        var client = new Client();
        var waiting = new Client();
        client.ask("l", "jobs", "0");
        waiting.ask("@7 l", "jobs", "30");
        assertThat(waiting.caller.tagsInFlight()).isEqualTo(1);

        handler.drain();

        assertThat(waiting.receiver.lines).containsExactly("@7 error_draining");
        assertThat(waiting.caller.tagsInFlight()).isZero();
        assertThat(client.ask("ping", "_", "")).isEqualTo("error_draining");
    }

    @Test
    void aValueWhoseLineWasNotTakenGoesBackToItsEnd() {
        var client = new Client();
        var other = new Client();
        client.ask("rpush", "q", "a");
        client.ask("rpush", "q", "b");
        client.ask("rpush", "q", "c");
        client.ask("lpop", "q", "");
        client.receiver.takesNothing = true;
        client.ask("lpop", "q", "");
        handler.disconnected(client.caller);

        assertThat(other.ask("lrange", "q", "0 -1")).isEqualTo("ok [\"b\",\"c\"]");
    }
}
