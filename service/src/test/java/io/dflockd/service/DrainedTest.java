package io.dflockd.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import io.dflockd.engine.order.Node;
import io.dflockd.engine.order.Standing;
import io.dflockd.service.access.AuditTrail;
import io.dflockd.service.access.Authenticator;
import io.dflockd.service.access.Gate;
import io.dflockd.service.access.Identities;
import io.dflockd.service.driver.DirectJournal;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.session.Replies;
import io.dflockd.service.stats.ServerCounters;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that is to become empty takes nothing that begins, and all that goes on or ends. */
class DrainedTest {
    private static final String NAME = "0123456789abcdef";

    private final ServerCounters counters = new ServerCounters();
    private EngineDriver driver = driver(
            (applier, lock) -> new DirectJournal(applier, lock, () -> 1, DirectClient::atOnce));
    private RequestHandler handler = handler();

    private static EngineDriver driver(EngineDriver.JournalFactory journals) {
        var limits = new EngineLimits(100, 0, 0, 0, 0, 1 << 20, 1 << 20, 10, 60_000, true, 5000, 60_000);
        return new EngineDriver(
                new Engine(limits, 1), new Replies(1 << 20), () -> 1, DirectClient::atOnce, failure -> {}, () -> {},
                journals);
    }

    private RequestHandler handler() {
        var clients = Authenticator.ofClients(Optional.empty(), Optional.empty(), 1000);
        return new RequestHandler(
                new ServiceSettings(30_000, 10, 1 << 20, 65_536, 20_000, LimitNames.none()),
                driver,
                Identities.of(clients, Authenticator.ofAdmins(Optional.empty(), 1000, clients), Optional.empty()),
                counters,
                new Gate(counters, 0, 0, 0, () -> 1, DirectClient::atOnce),
                AuditTrail.none());
    }

    private DirectClient client() {
        return new DirectClient(handler);
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "l|k|0", "sl|k|0 3", "rl|k|0", "wl|k|0", "elect|k|0", "e|k|", "se|k|3", "re|k|", "we|k|", "@1 l|k|0",
            "@2 elect|k|5", "@3 e|k|"})
    void nothingNewIsGranted(String request) {
        var client = client();
        driver.drained(true);

        assertThat(client.ask(request.split("\\|", -1))).endsWith("error_draining");

        driver.drained(false);
        assertThat(client.ask(request.split("\\|", -1))).isNotEmpty().doesNotContain("error");
    }

    @Test
    void whatThereIsGoesOn() {
        var holder = client();
        var waiter = client();
        var enqueued = client();
        var token = holder.ask("l", "jobs", "0 60").split(" ", -1)[1];
        waiter.ask("@7 l", "jobs", "30");
        enqueued.ask("e", "jobs", "");
        driver.drained(true);

        assertThat(holder.ask("n", "jobs", token + " 60")).startsWith("ok");
        assertThat(holder.ask("kset", "k", "v")).isEqualTo("ok");
        assertThat(holder.ask("kget", "k", "")).isEqualTo("ok v");
        assertThat(holder.ask("ping", "_", "")).isEqualTo("ok");
        assertThat(enqueued.ask("w", "jobs", "0")).isEqualTo("timeout");
        assertThat(holder.ask("r", "jobs", token)).isEqualTo("ok");
        assertThat(waiter.receiver.lines).singleElement().asString().startsWith("@7 ok ");
    }

    @Test
    void whoComesMeanwhileMayTakeUpItsSessionOrGiveBackAndLookAndNothingElse() {
        var holder = client();
        var token = holder.ask("l", "jobs", "0 60").split(" ", -1)[1];
        var named = client();
        named.ask("session", NAME, "60");
        named.ask("@1 l", "mine", "0 60");
        handler.disconnected(named.caller);
        driver.drained(true);

        var late = client();
        assertThat(late.ask("ping", "_", "")).isEqualTo("error_draining");
        assertThat(late.ask("session", "fedcba9876543210", "60")).isEqualTo("error_draining");
        assertThat(late.ask("kset", "k", "v")).isEqualTo("error_draining");
        assertThat(late.ask("signal", "c", "v")).isEqualTo("error_draining");
        assertThat(late.ask("holders", "jobs", "")).startsWith("ok");
        assertThat(late.ask("r", "jobs", token)).isEqualTo("ok");
        var back = client();
        assertThat(back.ask("session", NAME, "60 1")).startsWith("ok resumed");
        assertThat(back.ask("@2 incr", "c", "1")).isEqualTo("@2 ok 1");
        assertThat(back.ask("@3 l", "other", "0")).isEqualTo("@3 error_draining");

        driver.drained(false);
        assertThat(late.ask("ping", "_", "")).isEqualTo("ok");
        assertThat(late.ask("session", "fedcba9876543210", "60")).startsWith("ok new");
    }

    @Test
    void aMemberOfAClusterSendsNewClientsToTheOthersAndRefusesNobodyElse() {
        var one = new Node("n1", "h:1", "h:2");
        var two = new Node("n2", "h:3", "h:4");
        var standing = new Standing(Optional.of(one), 1, true, List.of(one, two));
        driver = driver((applier, lock) -> new MemberJournal(
                new DirectJournal(applier, lock, () -> 1, DirectClient::atOnce), standing));
        handler = handler();
        driver.drained(true);

        assertThat(handler.letsClientIn(null, "somebody")).isFalse();
        assertThat(handler.letsIn(null, "somebody who came by another member")).isTrue();
        assertThat(client().ask("l", "jobs", "0")).startsWith("ok");
        assertThat(counters.refused()).isEqualTo(1);
    }
}
