package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.connection.ConnectionOptions;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.internal.Meter;
import io.dflockd.client.internal.link.Link;
import io.dflockd.client.internal.link.Route;
import io.dflockd.client.internal.session.Dialer;
import io.dflockd.client.internal.session.Sessions;
import io.dflockd.protocol.DurationForm;
import io.dflockd.protocol.HoldFamily;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.Request;
import io.dflockd.protocol.Verb;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a request whose user got a link of the session just before the server turned out not to know it. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LostSessionTest {
    private static final long GRACE_SECONDS = 10;

    private final ManualTime time = new ManualTime();
    private final FakeServer server = new FakeServer();
    private final Sessions sessions = new Sessions("java", GRACE_SECONDS);
    private TaggedPeer session;
    private Link link;

    @BeforeEach
    void loseTheSession() {
        var opening = new Dialer(Route.to(ServerAddress.parse(server.address())), ConnectionOptions.defaults(), time,
                new Meter(), sessions).open();
        session = TaggedPeer.accept(server);
        link = opening.join();
        session.reset();
        time.advanceToAlarmWithin(Duration.ofMillis(200));
        session = TaggedPeer.beginAnew(server);
        assertThat(link.closed().join()).isInstanceOf(ConnectionLostException.class);
    }

    @AfterEach
    void close() {
        server.close();
        time.closing(() -> sessions.clientClosed().join());
    }

    @Test
    void whatHasNotLeftGoesToTheNextOne() {
        var added = link.send(new Request.Add(Verb.INCR, "c", 1), 0);

        session.send(session.expect("incr", "c", "1") + " ok 1");

        assertThat(added.join()).isEqualTo(new Reply.Count(1));
    }

    @Test
    void valueThatTheNextOneGaveIsNotPutBackAsWell() {
        var popped = link.send(new Request.Pop(Verb.LPOP, "q"), 0);

        session.send(session.expect("lpop", "q", "") + " ok v");

        assertThat(popped.join()).isEqualTo(new Reply.Text("v"));
        var next = link.send(new Request.Add(Verb.INCR, "c", 1), 0);
        session.send(session.expect("incr", "c", "1") + " ok 1");
        assertThat(next.join()).isEqualTo(new Reply.Count(1));
    }

    static Request[] requestsAboutWhatWasLost() {
        return new Request[]{new Request.Renew(HoldFamily.LOCK.renew(), "k", "T1", 0, DurationForm.SECONDS),
                new Request.Release(HoldFamily.LOCK.release(), "k", "T1"),
                new Request.Keep("k", "T1", 0, DurationForm.SECONDS),
                new Request.Downgrade("k", "T1", 0, DurationForm.SECONDS),
                new Request.Wait(HoldFamily.LOCK.await(), "k", 1_000, DurationForm.SECONDS),
                new Request.Acquire(HoldFamily.LOCK.acquire(), "k", 1_000, 1, 0, DurationForm.SECONDS),
                new Request.BlockingPop(Verb.BLPOP, "q", 1_000), new Request.Listen("k", "")};
    }

    @ParameterizedTest
    @MethodSource("requestsAboutWhatWasLost")
    void whatIsAboutTheLostOneFailsAndIsNotSent(Request request) {
        var asked = link.send(request, 0);

        assertThatThrownBy(asked::join).cause().isInstanceOf(ConnectionLostException.class);
        var next = link.send(new Request.Add(Verb.INCR, "c", 1), 0);
        assertThat(session.expect("incr", "c", "1")).isEqualTo("@1");
        next.cancel(false);
    }

    /** Nobody has lost this one: its user has ended it. */
    @Test
    void linkThatItsUserHasClosedTakesNothing() {
        var own = new Dialer(Route.to(ServerAddress.parse(server.address())), ConnectionOptions.defaults(), time,
                new Meter(), sessions).open().join();
        own.close();

        CompletableFuture<Reply> asked = own.send(new Request.Add(Verb.INCR, "c", 1), 0);

        assertThatThrownBy(asked::join).cause().isInstanceOf(ConnectionLostException.class);
    }
}
