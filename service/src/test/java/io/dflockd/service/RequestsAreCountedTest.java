package io.dflockd.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import io.dflockd.protocol.RequestDecoder;
import io.dflockd.protocol.Verb;
import io.dflockd.service.access.AuditTrail;
import io.dflockd.service.access.Gate;
import io.dflockd.service.access.Identities;
import io.dflockd.service.driver.Alarm;
import io.dflockd.service.driver.DirectJournal;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.session.Caller;
import io.dflockd.service.session.Replies;
import io.dflockd.service.stats.ServerCounters;
import io.dflockd.service.stats.Traffic;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RequestsAreCountedTest {
    private final EngineDriver driver = new EngineDriver(
            new Engine(new EngineLimits(100, 0, 0, 0, 0, 1 << 20, 1 << 20, 10, 60_000, true, 5000, 60_000), 1),
            new Replies(1 << 20),
            () -> 1,
            RequestsAreCountedTest::never,
            failure -> {
                throw new AssertionError(failure);
            },
            () -> {},
            (applier, lock) -> new DirectJournal(applier, lock, () -> 1, RequestsAreCountedTest::never));
    private final RequestHandler handler = handler();

    private RequestHandler handler() {
        var counters = new ServerCounters();
        var settings = new ServiceSettings(30_000, true, 60_000, 10, 1 << 20, 65_536, 20_000);
        return new RequestHandler(settings, driver, Identities.none(), counters,
                new Gate(counters, 0, 0, 0, () -> 1, RequestsAreCountedTest::never), AuditTrail.none());
    }

    private static Alarm.Planned never(Runnable unusedTask, long unusedDelayNanos) {
        return () -> {};
    }

    private final class Client {
        private final RecordingReceiver receiver = new RecordingReceiver();
        private final Caller caller = handler.connected(receiver);

        String ask(String... lines) {
            var bytes = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.ISO_8859_1);
            new RequestDecoder(1000).decode(
                    bytes, 0, bytes.length, (tag, request) -> handler.handle(caller, tag, request));
            return receiver.lines.isEmpty() ? "" : receiver.lines.getLast();
        }

        void leave() {
            handler.disconnected(caller);
        }
    }

    private static String tokenIn(String granted) {
        return granted.substring("ok ".length(), "ok ".length() + 32);
    }

    private Map<String, Long> counts() {
        var counts = new TreeMap<String, Long>();
        driver.view()
                .measures()
                .traffic()
                .readRequests((verb, result, count) -> counts.put(verb + " " + result, count));
        return counts;
    }

    @Test
    void aRequestIsCountedByItsVerbAndWhatCameOfIt() {
        var client = new Client();
        var token = tokenIn(client.ask("l", "k", "0"));
        new Client().ask("sl", "k", "0 1");
        new Client().ask("sl", "k", "0 2");
        client.ask("r", "k", token);
        client.ask("r", "k", token);
        client.ask("kget", "none", "");
        client.ask("blpop", "none", "0");

        assertThat(counts())
                .isEqualTo(Map.of("l OK", 1L, "sl TIMEOUT", 1L, "sl REFUSED", 1L, "r OK", 1L, "r ERROR", 1L, "kget OK",
                        1L, "blpop TIMEOUT", 1L));
    }

    @Test
    void oneThatWaitsIsCountedWhenItIsDecided() {
        var holder = new Client();
        var token = tokenIn(holder.ask("l", "k", "0"));
        var waiter = new Client();
        waiter.ask("@a wl", "doc", "0");
        waiter.ask("@b l", "k", "60");
        waiter.ask("@c ping", "_", "");
        assertThat(counts()).isEqualTo(Map.of("l OK", 1L, "wl OK", 1L, "ping OK", 1L));

        holder.ask("r", "k", token);

        assertThat(counts()).containsEntry("l OK", 2L);
    }

    @Test
    void numberedRequestsKeepTheirVerbWhileTheyWait() {
        var holder = new Client();
        var token = tokenIn(holder.ask("l", "k", "0"));
        var waiter = new Client();
        waiter.ask("session", "0123456789abcdef", "60 0");
        waiter.ask("@1 sl", "k", "60 1");
        waiter.ask("@2 incr", "n", "1");
        assertThat(counts()).isEqualTo(Map.of("l OK", 1L, "session OK", 1L, "incr OK", 1L));
        assertThat(driver.view().measures().connectedSessions()).isEqualTo(1);

        holder.ask("r", "k", token);

        assertThat(counts()).containsEntry("sl OK", 1L);
    }

    @Test
    void oneThatIsAskedAgainIsCountedOnceAndUnderItsVerb() {
        var holder = new Client();
        var token = tokenIn(holder.ask("l", "k", "0"));
        var waiter = new Client();
        waiter.ask("session", "0123456789abcdef", "60 0");
        waiter.ask("@1 incr", "n", "1");
        waiter.ask("@2 sl", "k", "60 1");
        waiter.leave();
        assertThat(driver.view().measures().connectedSessions()).isZero();

        var again = new Client();
        again.ask("session", "0123456789abcdef", "60 0");
        again.ask("@1 incr", "n", "1");
        again.ask("@2 sl", "k", "60 1");
        holder.ask("r", "k", token);

        assertThat(counts())
                .isEqualTo(Map.of("l OK", 1L, "session OK", 2L, "incr OK", 1L, "sl OK", 1L, "r OK", 1L));
        assertThat(driver.view().measures().engine().tally().sessionsResumed()).isEqualTo(1);
    }

    @Test
    void whatIsNotTheEnginesBusinessIsCountedToo() {
        var client = new Client();
        client.ask("hello", "_", "test");
        client.ask("ping", "_", "");
        client.ask("auth", "_", "any");
        client.ask("nonsense", "_", "");
        client.ask("@a stats", "_", "");
        handler.drain();
        client.ask("get", "k", "");

        assertThat(counts())
                .isEqualTo(Map.of("hello OK", 1L, "ping OK", 1L, "auth ERROR", 1L, "malformed ERROR", 1L, "stats ERROR",
                        1L, "get REFUSED", 1L));
    }

    @Test
    void linesToSubscribersAreCountedByWhatTheySubscribedTo() {
        var listener = new Client();
        listener.ask("listen", "news.>", "");
        listener.ask("watch", "k", "");
        listener.ask("observe", "boss", "");
        var other = new Client();
        other.ask("signal", "news.a", "hello");
        other.ask("incr", "k", "1");
        other.ask("elect", "boss", "0");

        var traffic = driver.view().measures().traffic();
        assertThat(traffic.linesTold(Traffic.Told.LISTEN)).isEqualTo(1);
        assertThat(traffic.linesTold(Traffic.Told.WATCH)).isEqualTo(1);
        assertThat(traffic.linesTold(Traffic.Told.OBSERVE)).isEqualTo(1);
    }

    @Test
    void thereIsACodeForEveryVerb() {
        assertThat(Verb.values()).hasSizeLessThan(Traffic.MALFORMED);
    }
}
