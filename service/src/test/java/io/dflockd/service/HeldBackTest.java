package io.dflockd.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import io.dflockd.protocol.ProtocolError;
import io.dflockd.protocol.Request;
import io.dflockd.service.access.AuditTrail;
import io.dflockd.service.access.Gate;
import io.dflockd.service.access.Identities;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.driver.LaggingJournal;
import io.dflockd.service.session.Replies;
import io.dflockd.service.stats.ServerCounters;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Where what is asked is decided later, what is answered at once waits for its turn among the untagged, and for no more. */
class HeldBackTest {
    private static final Request PING = new Request.Ping();
    private static final Request TOO_LONG = new Request.Malformed(ProtocolError.LINE_TOO_LONG, "");

    private final AtomicReference<LaggingJournal> journal = new AtomicReference<>();
    private final RequestHandler handler = handler();
    private final DirectClient client = new DirectClient(handler);

    @Test
    void whatIsTaggedHoldsNoPingBack() {
        client.ask("@1 incr", "k", "1");
        assertThat(handler.isHeldBack(client.caller, PING)).isFalse();
        assertThat(client.ask("ping", "_", "")).isEqualTo("ok");
    }

    @Test
    void anUntaggedOneIsAnsweredFirst() {
        client.ask("incr", "k", "1");
        client.ask("@1 incr", "k", "1", "incr", "k", "1");
        assertThat(handler.isHeldBack(client.caller, PING)).isTrue();
        journal.get().applyOne();
        journal.get().applyOne();
        assertThat(handler.isHeldBack(client.caller, PING)).as("one is owed").isTrue();
        journal.get().applyOne();
        assertThat(handler.isHeldBack(client.caller, PING)).isFalse();
        assertThat(client.receiver.lines).containsExactly("ok 1", "@1 ok 2", "ok 3");
    }

    @Test
    void oneThatWaitsHoldsEveryOtherBack() {
        new DirectClient(handler).ask("l", "k", "0");
        client.ask("l", "k", "10");
        journal.get().applyAll();
        assertThat(client.receiver.lines).isEmpty();
        assertThat(handler.isHeldBack(client.caller, PING)).isTrue();
    }

    /** It ends the connection, so all that was asked before it is answered first. */
    @Test
    void aLineThatIsTooLongWaitsForTheTaggedOnesToo() {
        client.ask("@1 incr", "k", "1");
        assertThat(handler.isHeldBack(client.caller, TOO_LONG)).isTrue();
        journal.get().applyAll();
        assertThat(handler.isHeldBack(client.caller, TOO_LONG)).isFalse();
    }

    private RequestHandler handler() {
        var counters = new ServerCounters();
        var limits = new EngineLimits(100, 0, 0, 0, 0, 1 << 20, 1 << 20, 10, 60_000, true, 5000, 60_000);
        var driver = new EngineDriver(
                new Engine(limits, 1), new Replies(1 << 20), () -> 1, DirectClient::atOnce, failure -> {}, () -> {},
                (applier, lock) -> {
                    journal.set(new LaggingJournal(applier));
                    return journal.get();
                });
        return new RequestHandler(
                new ServiceSettings(30_000, 10, 1 << 20, 65_536, 20_000, LimitNames.none()), driver,
                Identities.none(), counters, new Gate(counters, 0, 0, 0, () -> 1, DirectClient::atOnce),
                AuditTrail.none());
    }
}
