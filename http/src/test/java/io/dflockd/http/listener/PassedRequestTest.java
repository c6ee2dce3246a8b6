package io.dflockd.http.listener;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.http.access.Guard;
import io.dflockd.http.access.LoginCookie;
import io.dflockd.http.access.Logins;
import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Method;
import io.dflockd.http.route.Route;
import io.dflockd.http.route.RouteTable;
import io.dflockd.service.Leader;
import io.dflockd.service.access.AuditLog;
import io.dflockd.service.access.AuditTrail;
import io.dflockd.service.access.Gate;
import io.dflockd.service.access.Identities;
import io.dflockd.service.access.Right;
import io.dflockd.service.admin.AdminDesk;
import io.dflockd.service.admin.Health;
import io.dflockd.service.stats.ServerCounters;
import io.dflockd.transport.AdminPassage;
import io.dflockd.transport.Introduction;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Leaders that are slow, gone or not what they should be, in a time that passes when a test says so. */
class PassedRequestTest {
    private static final String GET = "GET /api/k HTTP/1.1\r\nHost: localhost\r\n";
    private static final String PUT = """
            PUT /api/k HTTP/1.1\r
            Host: localhost\r
            Content-Type: application/json\r
            Content-Length: 2\r
            """;

    private final ListenerCounters counters = new ListenerCounters();
    private final ArrayDeque<AdminPassage.Reached> dialled = new ArrayDeque<>();
    private final List<Introduction> introductions = new ArrayList<>();
    private Optional<Leader> leading = Optional.of(new Leader("n1", "127.0.0.1:6390"));
    private String host = "127.0.0.1";
    private EmbeddedChannel leader = new EmbeddedChannel();
    private final Passing passing = new Passing(new Leading(Optional.of("n2"), () -> false, () -> leading));
    private final EmbeddedChannel client = open();

    @SuppressWarnings("NullAway") // what a desk needs for more than its audit is not asked for
    private EmbeddedChannel open() {
        passing.by(new AdminPassage() {
            @Override
            public String self() {
                return "n2";
            }

            @Override
            public boolean isEncrypted() {
                return false;
            }

            @Override
            public CompletableFuture<InetSocketAddress> find(Leader member) {
                return CompletableFuture.completedFuture(new InetSocketAddress(host, 6391));
            }

            @Override
            public Channel dial(
                    EventLoop loop, InetSocketAddress address, Leader to, Introduction introduction, Reached reached) {
                introductions.add(introduction);
                dialled.add(reached);
                return leader;
            }
        });
        var routes = new RouteTable(List.of(
                Route.atLeader(Method.GET, "/api/{key}", Right.OBSERVE, call -> Answer.text(200, "").now(), "reads"),
                Route.atLeader(Method.PUT, "/api/{key}", Right.WRITE, call -> Answer.text(200, "").now(), "writes")));
        var gate = new Gate(new ServerCounters(), 0, 0, 0, () -> 1, (task, delay) -> () -> {});
        var guard = new Guard(Identities.none(), gate, AuditTrail.none(), true, false,
                new Logins(new LoginCookie(1, false), () -> 1));
        var desk = new AdminDesk(null, null, new Health(null), 0, Optional.empty(), null, AuditLog.NONE, null);
        var dispatcher = new Dispatcher(routes, guard, desk.audit(), new HostNames(List.of()), passing, Runnable::run);
        var opened = new EmbeddedChannel();
        opened.freezeTime();
        Listener.enter(opened, dispatcher, new Admissions(4, counters), Optional.empty());
        opened.pipeline().fireChannelActive();
        return opened;
    }

    @AfterEach
    void close() {
        client.finishAndReleaseAll();
        leader.finishAndReleaseAll();
        assertThat(passed()).as("none is under way any more").isEqualTo(Passing.MOST);
    }

    /** How many more could be under way. */
    private int passed() {
        int room = 0;
        for (; room <= Passing.MOST; room++) {
            try {
                passing.enter();
            } catch (RuntimeException e) {
                break;
            }
        }
        for (int i = 0; i < room; i++) {
            passing.left();
        }
        return room;
    }

    private void ask(String head, String body) {
        client.writeInbound(Unpooled.copiedBuffer(head + "\r\n" + body, ISO_8859_1));
        client.runPendingTasks();
    }

    private void welcome() {
        dialled.remove().welcomed(leader);
    }

    private void say(String text) {
        leader.writeInbound(Unpooled.copiedBuffer(text, ISO_8859_1));
        client.runPendingTasks();
    }

    private void pass(long milliseconds) {
        client.advanceTimeBy(milliseconds, TimeUnit.MILLISECONDS);
        client.runScheduledPendingTasks();
        client.runPendingTasks();
    }

    private static String text(EmbeddedChannel channel) {
        var text = new StringBuilder();
        for (@Nullable ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            text.append(bytes.toString(ISO_8859_1));
            bytes.release();
        }
        return text.toString();
    }

    @Test
    void whatHandlersReadIsPassedOnAndNothingElse() {
        ask(PUT + "If-Match: \"a\"\r\nX-Dflockd-Via: cli\r\nCookie: c=1\r\nOrigin: http://localhost\r\n"
                + "X-Forwarded-For: 1.2.3.4\r\nConnection: keep-alive\r\n", "{}");
        welcome();

        assertThat(text(leader)).startsWith("PUT /api/k HTTP/1.1\r\n")
                .contains("if-match: \"a\"\r\n", "X-Dflockd-Via: cli\r\n", "host: localhost\r\n",
                        "content-type: application/json\r\n", "content-length: 2\r\n", "connection: close\r\n")
                .doesNotContainIgnoringCase("cookie")
                .doesNotContainIgnoringCase("origin")
                .doesNotContainIgnoringCase("x-forwarded-for")
                .endsWith("\r\n\r\n{}");
        assertThat(introductions).containsExactly(new Introduction(null, "n2", "", false));
    }

    @Test
    void whatIsAnsweredIsGivenOnAndTheConnectionStays() {
        ask(GET, "");
        welcome();
        say("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nConnection: close\r\nDflockd-Node: n1\r\n\r\nno");
        say("ne.");

        assertThat(text(client)).startsWith("HTTP/1.1 404")
                .contains("Dflockd-Node: n1", "connection: keep-alive")
                .endsWith("\r\n\r\nnone.");
        assertThat(leader.isOpen()).isFalse();
        assertThat(client.isOpen()).isTrue();
        assertThat(counters.problems()).isEqualTo(1);
    }

    @Test
    void whoLetsNobodyInHasThreeSecondsAndThenItWasNotDone() {
        ask(PUT, "{}");
        pass(2900);
        assertThat(text(client)).isEmpty();

        pass(200);

        assertThat(text(client)).startsWith("HTTP/1.1 503").contains("\"code\":\"not_leader\"", "\"leader\":\"n1\"");
        assertThat(leader.isOpen()).isFalse();
        welcome(); // too late
        assertThat(text(leader)).as("it was asked nothing").isEmpty();
    }

    @Test
    void whoWasAskedAndEndsMayHaveDoneIt() {
        ask(PUT, "{}");
        welcome();
        leader.close();

        assertThat(text(client)).startsWith("HTTP/1.1 503").contains("\"code\":\"unknown\"", "etry-");

        leader = new EmbeddedChannel();
        ask(GET, "");
        welcome();
        leader.close();

        assertThat(text(client)).as("reading does nothing").contains("\"code\":\"not_leader\"");
    }

    @Test
    void whoWasAskedAndSaysNothingIsWaitedForAsLongAsAHandlerMayTakeAndALittle() {
        ask(PUT, "{}");
        welcome();
        pass(64_000);
        assertThat(text(client)).isEmpty();

        pass(1_000);

        assertThat(text(client)).contains("\"code\":\"unknown\"");
        assertThat(leader.isOpen()).isFalse();
    }

    @Test
    void whoLeadsNoMoreIsNotWaitedFor() {
        ask(PUT, "{}");
        welcome();
        leading = Optional.of(new Leader("n3", "127.0.0.1:6490"));
        pass(250);

        assertThat(text(client)).contains("\"code\":\"unknown\"");
    }

    @Test
    void anAnswerThatIsCutOffIsCutOff() {
        ask(GET, "");
        welcome();
        say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        leader.close();

        assertThat(text(client)).startsWith("HTTP/1.1 200").endsWith("half");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void anAnswerIsCutOffWhenNobodyLeadsAnyMore() {
        ask(GET, "");
        welcome();
        say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        leading = Optional.empty();
        pass(250);

        assertThat(client.isOpen()).as("nobody leads").isFalse();
    }

    @Test
    void anAnswerThatDoesNotGoOnIsCutOffAfterAMinute() {
        ask(GET, "");
        welcome();
        say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        for (int quarter = 0; quarter < 4 * 60; quarter++) {
            pass(250);
        }
        assertThat(client.isOpen()).isTrue();

        pass(250);

        assertThat(client.isOpen()).isFalse();
        assertThat(leader.isOpen()).isFalse();
    }

    @Test
    void whatIsNoAnswerIsNoneForTheClientEither() {
        ask(GET, "");
        welcome();
        say("SSH-2.0-OpenSSH\r\n\r\n");

        assertThat(text(client)).startsWith("HTTP/1.1 503").contains("\"code\":\"not_leader\"");
    }

    @Test
    void whatGoesOnGoesOnUntilTheClientIsGone() {
        ask(GET, "");
        welcome();
        say("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nretry: 3000\n\n");
        assertThat(text(client)).contains("connection: close").endsWith("retry: 3000\n\n");
        pass(40_000);
        say(":\n\n");
        assertThat(text(client)).isEqualTo(":\n\n");

        client.close();

        assertThat(leader.isOpen()).isFalse();
    }

    @Test
    void theEndOfAClientEndsWhatWaits() {
        ask(PUT, "{}");
        welcome();

        client.close();

        assertThat(leader.isOpen()).isFalse();
    }

    @Test
    void whoHasNoRoomIsBusyAndWhoCannotBeReachedIsNoLeader() {
        ask(PUT, "{}");
        dialled.remove().refused();
        assertThat(text(client)).startsWith("HTTP/1.1 503").contains("\"code\":\"busy\"");

        ask(PUT, "{}");
        dialled.remove().failed("there is no way to it");
        assertThat(text(client)).contains("\"code\":\"not_leader\"", "there is no way to it");
    }

    @Test
    void whoShowsNothingIsPassedOnOnOneMachineAlone() {
        host = "10.0.0.1";
        ask(GET, "");

        assertThat(text(client)).contains("\"code\":\"not_leader\"", "--peer-tls-cert");
        assertThat(dialled).isEmpty();
    }

    @Test
    void thereIsABoundOnHowManyAreUnderWay() {
        for (int i = 0; i < Passing.MOST; i++) {
            passing.enter();
        }
        ask(GET, "");
        assertThat(text(client)).startsWith("HTTP/1.1 503").contains("\"code\":\"busy\"");
        for (int i = 0; i < Passing.MOST; i++) {
            passing.left();
        }

        ask(GET, "");
        welcome();
        say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        assertThat(text(client)).startsWith("HTTP/1.1 200");
    }
}
