package io.dflockd.http.listener;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.http.access.Guard;
import io.dflockd.http.access.LoginCookie;
import io.dflockd.http.access.Logins;
import io.dflockd.http.route.Actor;
import io.dflockd.http.route.Answer;
import io.dflockd.http.route.Feed;
import io.dflockd.http.route.Method;
import io.dflockd.http.route.Route;
import io.dflockd.http.route.RouteTable;
import io.dflockd.service.access.AuditLog;
import io.dflockd.service.access.AuditTrail;
import io.dflockd.service.access.Authenticator;
import io.dflockd.service.access.Gate;
import io.dflockd.service.access.Identities;
import io.dflockd.service.access.Right;
import io.dflockd.service.admin.AdminDesk;
import io.dflockd.service.admin.Health;
import io.dflockd.service.stats.ServerCounters;
import io.dflockd.transport.Introduction;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Peers that are slow or never come to an end, in a time that passes when a test says so. */
class HttpConnectionTest {
    private final ListenerCounters counters = new ListenerCounters();
    private final Admissions admissions = new Admissions(4, counters);
    private final CompletableFuture<Answer> never = new CompletableFuture<>();
    private final ArrayDeque<String> more = new ArrayDeque<>();
    private final CompletableFuture<Answer> later = new CompletableFuture<>();
    private CompletionStage<Boolean> written = new CompletableFuture<>();
    private boolean isFeedClosed;
    /** What handlers are asked by another thread than theirs. */
    private final ArrayDeque<Runnable> byListener = new ArrayDeque<>();
    private EmbeddedChannel channel = open();

    @SuppressWarnings("NullAway") // what a desk needs for more than its audit is not asked for
    private Dispatcher dispatcher() {
        var routes = new RouteTable(List.of(
                Route.open("/probe", call -> Answer.text(200, "ok\n").now(), "answers"),
                Route.open("/never", call -> {
                    written = call.written();
                    return never;
                }, "does not"),
                Route.open("/later", call -> later, "answers later"),
                Route.open("/written", call -> {
                    written = call.written();
                    return Answer.text(200, "ok\n").now();
                }, "answers"),
                Route.open("/feed", call -> Answer.feed("text/event-stream", feed()).now(), "goes on"),
                Route.atLeader(Method.GET, "/api/shared", Right.OBSERVE,
                        call -> Answer.text(200, "for " + call.peer() + " by " + call.passedBy() + "\n").now(),
                        "reads"),
                Route.everywhere(Method.GET, "/api/read", Right.OBSERVE, call -> Answer.text(200, "ok\n").now(),
                        "reads"),
                Route.everywhere(
                        Method.POST, "/api/write", Right.RELEASE, call -> Answer.text(200, "ok\n").now(), "writes")));
        var clients = Authenticator.ofClients(Optional.empty(), Optional.empty(), 1000);
        var gate = new Gate(new ServerCounters(), 0, 0, 0, () -> 1, (task, delay) -> () -> {});
        var guard = new Guard(Identities.of(clients, Optional.empty(), Optional.empty()), gate, AuditTrail.none(), true,
                false,
                new Logins(new LoginCookie(1, false), () -> 1));
        var desk = new AdminDesk(null, null, new Health(null), 0, Optional.empty(), (task, delay) -> () -> {},
                AuditLog.NONE, null);
        return new Dispatcher(
                routes, guard, desk.audit(), new HostNames(List.of()), new Passing(Leading.alone()), byListener::add);
    }

    private EmbeddedChannel open() {
        return opened(new EmbeddedChannel());
    }

    private EmbeddedChannel opened(EmbeddedChannel opened) {
        opened.freezeTime();
        Listener.enter(opened, dispatcher(), admissions, Optional.empty());
        opened.pipeline().fireChannelActive();
        return opened;
    }

    private Feed feed() {
        return new Feed() {
            @Override
            public byte[] next(Actor actor) {
                return more.isEmpty() ? new byte[0] : more.remove().getBytes(ISO_8859_1);
            }

            @Override
            public void close() {
                isFeedClosed = true;
            }
        };
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void send(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, ISO_8859_1));
    }

    private void pass(int seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    private String answer() {
        var text = new StringBuilder();
        for (@Nullable ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            text.append(bytes.toString(ISO_8859_1));
            bytes.release();
        }
        return text.toString();
    }

    @Test
    void aHeadThatDoesNotComeToItsEndHasTenSecondsHoweverOftenSomethingComes() {
        send("GET /pro");
        for (int i = 0; i < 9; i++) {
            pass(1);
            send("b");
        }
        assertThat(channel.isOpen()).isTrue();

        pass(1);

        assertThat(channel.isOpen()).isFalse();
        assertThat(counters.timedOut()).isEqualTo(1);
    }

    @Test
    void anAnswerThatComesTooLateIsNotThatOfTheNextRequest() {
        send("GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
        pass(60);
        assertThat(answer()).startsWith("HTTP/1.1 503 ").contains("did not answer in time");
        send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");

        never.complete(Answer.text(200, "of the former\n"));
        pass(0);
        assertThat(answer()).isEmpty();
        later.complete(Answer.text(200, "of this\n"));
        pass(0);

        assertThat(answer()).endsWith("of this\n");
    }

    @Test
    void whoAnswersIsToldWhetherTheAnswerWasWritten() {
        send("GET /written HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(answer()).endsWith("ok\n");
        assertThat(written.toCompletableFuture()).isCompletedWithValue(true);

        send("GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(written.toCompletableFuture()).isNotDone();
        pass(60);
        assertThat(written.toCompletableFuture()).as("it takes too long").isCompletedWithValue(false);

        send("GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
        channel.close();
        assertThat(written.toCompletableFuture()).as("nobody is there any more").isCompletedWithValue(false);
    }

    @Test
    void whoHasYetToSayAllMakesRoomAndWhoIsBeingAnsweredDoesNot() {
        var connection = channel.pipeline().get(HttpConnection.class);
        assertThat(connection.isIdle()).isTrue();
        send("GET /probe HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n");
        assertThat(connection.isIdle()).as("its body has yet to come").isTrue();
        send("12345");
        send("GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(connection.isIdle()).as("it is being answered").isFalse();
    }

    @Test
    void whoHasAskedForMoreMeanwhileIsMissedAllTheSameWhenHeGoes() {
        send("GET /never HTTP/1.1\r\nHost: x\r\n\r\nGET /probe HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(channel.config().isAutoRead()).as("else his end would not be seen").isTrue();
        send("GET /probe HTTP/1.1\r\nHost: x\r\n\r\n".repeat(4));
        assertThat(channel.config().isAutoRead()).as("but there is an end to what is kept").isFalse();
    }

    @Test
    void aHeadWithoutEndIsRefusedWhenItIsTooLong() {
        send("GET /probe HTTP/1.1\r\n");
        for (int i = 0; i < 200 && channel.isOpen(); i++) {
            send("X-%03d: %s\r\n".formatted(i, "a".repeat(100)));
        }

        assertThat(answer()).startsWith("HTTP/1.1 431 ");
        pass(5);
        assertThat(channel.isOpen()).isFalse();
        assertThat(counters.problems()).isEqualTo(1);
    }

    @Test
    void aBodyThatDoesNotComeHasThirtySeconds() {
        send("GET /probe HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n");
        for (int i = 0; i < 29; i++) {
            pass(1);
            send("a");
        }
        assertThat(channel.isOpen()).isTrue();

        pass(1);

        assertThat(channel.isOpen()).isFalse();
        assertThat(counters.timedOut()).isEqualTo(1);
    }

    @Test
    void aBodyInPiecesWithoutEndIsRefusedWhenItIsTooLong() {
        send("GET /probe HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 20 && channel.isOpen(); i++) {
            send("400\r\n" + "a".repeat(1024) + "\r\n");
        }

        assertThat(answer()).startsWith("HTTP/1.1 413 ");
        for (int i = 0; i < 20 && channel.isOpen(); i++) {
            send("400\r\n" + "a".repeat(1024) + "\r\n");
        }
        assertThat(channel.isOpen()).as("whoever goes on").isFalse();
    }

    @Test
    void whatIsNotAnsweredInTimeIsSaidSo() {
        send("GET /never HTTP/1.1\r\nHost: x\r\n\r\n");

        pass(60);

        assertThat(answer()).startsWith("HTTP/1.1 503 ").contains("\"code\":\"timeout\"");
    }

    @Test
    void aConnectionThatAsksForNothingHasAMinute() {
        send("GET /probe HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(answer()).startsWith("HTTP/1.1 200 ");
        pass(59);
        assertThat(channel.isOpen()).isTrue();

        pass(1);

        assertThat(channel.isOpen()).isFalse();
        assertThat(counters.timedOut()).as("that is nothing bad").isZero();
    }

    @Test
    void anAnswerThatGoesOnIsAskedForMoreWhileItIsTakenAndHasNoEndInTime() {
        send("GET /feed HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(answer()).startsWith("HTTP/1.1 200 ").contains("connection: close").endsWith("\r\n\r\n");
        for (int i = 0; i < 10_000; i++) {
            more.add(".");
        }
        pass(1);
        assertThat(answer()).hasSize(10_000);

        pass(3600);
        more.add("later");
        pass(1);

        assertThat(answer()).isEqualTo("later");
        assertThat(counters.timedOut()).isZero();
        channel.close();
        assertThat(isFeedClosed).isTrue();
    }

    @Test
    void whoeverTakesNothingMakesRoomAfterAWhile() {
        var deaf = List.of(openDeaf(), openDeaf(), openDeaf(), openDeaf());
        deaf.forEach(
                one -> one.writeInbound(Unpooled.copiedBuffer("GET /probe HTTP/1.1\r\nHost: x\r\n\r\n", ISO_8859_1)));
        assertThat(channel.isOpen()).as("it has asked for nothing").isFalse();
        var early = open();
        deaf.forEach(one -> one.advanceTimeBy(2, TimeUnit.SECONDS));
        var late = open();

        assertThat(early.isOpen()).as("all are being answered").isFalse();
        assertThat(late.isOpen()).isTrue();
        assertThat(deaf).extracting(EmbeddedChannel::isOpen).containsExactly(false, true, true, true);
        deaf.forEach(EmbeddedChannel::finishAndReleaseAll);
        late.finishAndReleaseAll();
    }

    @Test
    void whoeverAsksForMuchAtOnceMakesRoomBehindAnAnswer() {
        var greedy = List.of(open(), open(), open(), open());
        greedy.forEach(one -> one.writeInbound(Unpooled.copiedBuffer(
                "GET /later HTTP/1.1\r\nHost: x\r\n\r\nGET /probe HTTP/1.1\r\nHost: x\r\n\r\n", ISO_8859_1)));
        var early = open();
        later.complete(Answer.text(200, "at last\n"));
        greedy.forEach(EmbeddedChannel::runPendingTasks);
        var late = open();

        assertThat(early.isOpen()).as("all are being answered").isFalse();
        assertThat(greedy).extracting(EmbeddedChannel::isOpen).containsExactly(false, true, true, true);
        assertThat(late.isOpen()).isTrue();
        greedy.forEach(EmbeddedChannel::finishAndReleaseAll);
        late.finishAndReleaseAll();
    }

    /** Whose peer takes nothing of what it is told. */
    private EmbeddedChannel openDeaf() {
        return opened(new EmbeddedChannel() {
            @Override
            protected void doWrite(ChannelOutboundBuffer untaken) {}
        });
    }

    @Test
    void nobodyMakesRoomByEndingWhoIsToldSomething() {
        send("GET /feed HTTP/1.1\r\nHost: x\r\n\r\n");
        var others = List.of(open(), open(), open(), open());

        assertThat(channel.isOpen()).isTrue();
        others.forEach(EmbeddedChannel::finishAndReleaseAll);
    }

    @Test
    void onlyTheHeadOfAnAnswerThatGoesOnLeavesNothingBehind() {
        send("HEAD /feed HTTP/1.1\r\nHost: x\r\n\r\n");

        assertThat(answer()).startsWith("HTTP/1.1 200 ");
        assertThat(isFeedClosed).isTrue();
    }

    /** Two lengths, or a length and pieces, are how requests are smuggled past a proxy. */
    @Test
    void aBodyWithTwoLengthsIsNone() {
        send("GET /probe HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd");
        var two = answer();

        assertThat(two).startsWith("HTTP/1.1 400 ").contains("connection: close");
    }

    @Test
    void aPageOfAnotherSiteGetsNothingDone() {
        for (var header : List.of("Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: same-site", "sec-fetch-site: Cross-Site")) {
            send("GET /api/read HTTP/1.1\r\nHost: localhost:6389\r\n" + header + "\r\n\r\n");
            assertThat(answer()).as(header).startsWith("HTTP/1.1 403 ").contains("\"code\":\"origin\"");
            send("POST /api/write HTTP/1.1\r\nHost: localhost:6389\r\nContent-Type: application/json\r\n" + header
                    + "\r\n\r\n");
            assertThat(answer()).as(header).startsWith("HTTP/1.1 403 ").contains("\"code\":\"origin\"");
        }
        for (var header : List.of("Origin: http://localhost:6389", "Sec-Fetch-Site: same-origin",
                "Sec-Fetch-Site: none", "Accept: */*")) {
            send("GET /api/read HTTP/1.1\r\nHost: localhost:6389\r\n" + header + "\r\n\r\n");
            assertThat(answer()).as(header).startsWith("HTTP/1.1 200 ");
        }
        send("GET /probe HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: cross-site\r\n\r\n");
        assertThat(answer()).as("what costs nothing").startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aPathIsNothingButItsPieces() {
        for (var path : List.of("/api/../probe", "/api/%2e%2e/probe", "/%2e%2e%2fprobe", "//probe", "/probe/",
                "/probe//",
                "/probe%2f", "/%252e%252e/probe", "/./probe", "/probe;a=b", "/probe%00", "/probe.", "/PROBE",
                "/api%2fread", "/\\probe")) {
            send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(answer()).as(path).startsWith("HTTP/1.1 404 ");
        }
        for (var path : List.of("/%zz", "/%", "/%1", "/a\u0000b", "http://localhost/probe", "*", "/probe#a",
                "/caf\u00e9",
                "/a\u0001b")) {
            send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(answer()).as(path).startsWith("HTTP/1.1 400 ");
        }
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void whoeverAsksForNothingMakesRoomAndWhoeverAsksForSomethingDoesNot() {
        send("GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
        var others = List.of(open(), open(), open());
        var fifth = open();

        assertThat(others.get(0).isOpen()).as("it has done nothing for the longest time").isFalse();
        assertThat(channel.isOpen()).isTrue();
        assertThat(fifth.isOpen()).isTrue();
        assertThat(counters.madeRoom()).isEqualTo(1);
        others.forEach(EmbeddedChannel::finishAndReleaseAll);
        fifth.finishAndReleaseAll();
    }

    /** As if another node of the cluster passed something on. */
    private void openPassed() {
        channel.finishAndReleaseAll();
        channel = new EmbeddedChannel();
        channel.freezeTime();
        var client = new Introduction(new InetSocketAddress("10.0.0.9", 4660), "n2", "", false);
        assertThat(Listener.enterPassed(channel, dispatcher(), admissions, client, true)).isTrue();
    }

    private void doByListener() {
        while (!byListener.isEmpty()) {
            byListener.remove().run();
        }
        channel.runPendingTasks();
    }

    @Test
    void whatIsPassedOnIsOneRequestWhichTheListenersThreadAnswers() {
        openPassed();
        send("GET /api/shared HTTP/1.1\r\nHost: a.b\r\nOrigin: http://c\r\n\r\n".repeat(2));
        assertThat(answer()).isEmpty();

        doByListener();

        assertThat(answer()).startsWith("HTTP/1.1 200")
                .contains("connection: close")
                .endsWith("\r\n\r\nfor 10.0.0.9:4660 by n2\n")
                .containsOnlyOnce("HTTP/1.1");
        assertThat(channel.isOpen()).isFalse();
        assertThat(byListener).isEmpty();
        assertThat(counters.openConnections()).isZero();
    }

    @Test
    void whatEachNodeAnswersItselfIsNotPassedOn() {
        for (var path : new String[]{"/probe", "/api/read", "/feed"}) {
            openPassed();
            send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            doByListener();
            assertThat(answer()).startsWith("HTTP/1.1 400").contains("that is not passed on");
        }
    }

    @Test
    void whoPassesOnAndSaysNothingIsEnded() {
        openPassed();
        pass(9);
        assertThat(channel.isOpen()).isTrue();

        pass(1);

        assertThat(channel.isOpen()).isFalse();
    }
}
