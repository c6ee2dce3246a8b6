package io.dflockd.service;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import io.dflockd.protocol.Octets;
import io.dflockd.service.access.AuditTrail;
import io.dflockd.service.access.Authenticator;
import io.dflockd.service.access.Gate;
import io.dflockd.service.access.Identities;
import io.dflockd.service.driver.DirectJournal;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.session.Replies;
import io.dflockd.service.stats.ServerCounters;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the log says of a connection. */
class ConnectionLinesTest {
    private final LogLines lines = new LogLines(RequestHandler.class.getName(), Level.DEBUG);
    private final RequestHandler handler = handler("s3cret-of-the-clients");

    private static RequestHandler handler(String token) {
        var limits = new EngineLimits(100, 0, 0, 0, 0, 1 << 20, 1 << 20, 10, 60_000, true, 5000, 60_000);
        var counters = new ServerCounters();
        var driver = new EngineDriver(
                new Engine(limits, 1),
                new Replies(1 << 20),
                () -> 1,
                DirectClient::atOnce,
                failure -> {},
                () -> {},
                (applier, lock) -> new DirectJournal(applier, lock, () -> 1, DirectClient::atOnce));
        var clients = Authenticator.ofClients(Optional.of(token), Optional.empty(), 1000);
        return new RequestHandler(
                new ServiceSettings(30_000, 10, 1 << 20, 65_536, 20_000, LimitNames.none()),
                driver,
                Identities.of(clients, Authenticator.ofAdmins(Optional.empty(), 1000, clients), Optional.empty()),
                counters,
                new Gate(counters, 0, 0, 0, () -> 1, DirectClient::atOnce),
                AuditTrail.none());
    }

    @AfterEach
    void close() {
        lines.close();
        handler.close();
    }

    @Test
    void aLineSaysAsMuchAsIsKnownOfWhomItIsAbout() {
        var client = new DirectClient(handler);
        client.ask("auth", "_", "s3cret-of-the-clients");
        client.ask("hello", "_", Octets.ofText("wörker-7@host-3"));
        handler.timedOut(client.caller);
        handler.disconnected(client.caller);

        long conn = client.caller.connection();
        assertThat(lines.all()).containsExactly(
                "connected conn=" + conn + " peer=test",
                "timed out conn=" + conn + " peer=test client=wörker-7@host-3 principal=token",
                "disconnected conn=" + conn + " peer=test client=wörker-7@host-3 principal=token");
    }

    @Test
    void whoNeedNotShowWhoItIsHasNoPrincipal() {
        var anybody = new DirectClient(handler);
        handler.disconnected(anybody.caller);

        assertThat(lines.all()).allSatisfy(line -> assertThat(line).doesNotContain("client=", "principal="));
    }
}
