package io.dflockd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import io.dflockd.protocol.Dialect;
import io.dflockd.service.LimitNames;
import io.dflockd.service.RequestHandler;
import io.dflockd.service.ServiceSettings;
import io.dflockd.service.access.AuditTrail;
import io.dflockd.service.access.Gate;
import io.dflockd.service.access.Identities;
import io.dflockd.service.driver.DirectJournal;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.session.Replies;
import io.dflockd.service.stats.ServerCounters;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A connection and its like, over channels in memory. */
class ConnectionTest {
    private static final byte[] SIGNAL = "sig news hello\n".getBytes(StandardCharsets.ISO_8859_1);

    private final AtomicLong time = new AtomicLong(1);
    private final ServerCounters counters = new ServerCounters();
    private final Gate gate = new Gate(counters, 2, 0, 0, time::get, (task, delay) -> () -> {});
    private final TransportSettings settings = new TransportSettings(
            Duration.ofSeconds(20), Duration.ofSeconds(5), 65_536, 100, 1 << 20, time::get);
    private final Connections connections = new Connections(settings, counters);
    private final RequestHandler handler = handler(counters, gate, time);

    private static RequestHandler handler(ServerCounters counters, Gate gate, AtomicLong time) {
        var service = new ServiceSettings(30_000, 10, 1 << 20, 65_536, 20_000, LimitNames.none());
        var engine = new Engine(new EngineLimits(100, 0, 0, 0, 0, 1 << 20, 1 << 20, 10, 60_000, true, 5000, 60_000), 1);
        var driver = new EngineDriver(
                engine,
                new Replies(1 << 20),
                () -> 1,
                (task, delay) -> () -> {},
                cause -> {},
                () -> {},
                (applier, lock) -> new DirectJournal(applier, lock, time::get, (task, delay) -> () -> {}));
        return new RequestHandler(service, driver, Identities.none(), counters, gate, AuditTrail.none());
    }

    private EmbeddedChannel open() {
        assertThat(handler.letsIn(null, "test")).isTrue();
        var channel = new EmbeddedChannel();
        var connection = new Connection(connections, handler, settings, channel, new Peer(null), false,
                Dialect.CURRENT);
        connections.add(connection);
        channel.pipeline().addLast(connection);
        return channel;
    }

    private static Connection connection(EmbeddedChannel channel) {
        return channel.pipeline().get(Connection.class);
    }

    private static Outlet outlet(EmbeddedChannel channel) {
        return connection(channel).outlet();
    }

    private static String ask(EmbeddedChannel channel, String request) {
        channel.writeInbound(Unpooled.copiedBuffer(request, StandardCharsets.ISO_8859_1));
        return written(channel);
    }

    private static String written(EmbeddedChannel channel) {
        var text = new StringBuilder();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            text.append(bytes.toString(StandardCharsets.ISO_8859_1));
            bytes.release();
        }
        return text.toString();
    }

    @Test
    void requestsAreAnswered() {
        var channel = open();

        assertThat(ask(channel, "ping\n_\n\n@1 incr\nc\n5\n")).isEqualTo("ok\n@1 ok 5\n");
    }

    @Test
    void whoSendsMuchAtATimeLetsOthersInBetween() {
        var eager = open();
        eager.writeInbound(Unpooled.copiedBuffer("incr\nc\n1\n".repeat(5000), StandardCharsets.ISO_8859_1));
        var other = ask(open(), "get\nc\n\n");

        assertThat(Integer.parseInt(other.substring(3, other.length() - 1))).isLessThan(5 * Lane.MAX_STARTS);
        assertThat(eager.config().isAutoRead()).isFalse();
        int rounds = 0;
        for (var all = written(eager); !all.endsWith("ok 5000\n"); rounds++) {
            assertThat(rounds).isLessThan(5000 / Lane.MAX_STARTS);
            eager.runScheduledPendingTasks();
            all = written(eager);
        }
        assertThat(rounds).isGreaterThan(1);
        assertThat(eager.config().isAutoRead()).isTrue();
    }

    @Test
    void whoSendsMuchAndNoMoreIsAnsweredAll() {
        var eager = open();
        eager.writeInbound(Unpooled.copiedBuffer("incr\nc\n1\n".repeat(5000), StandardCharsets.ISO_8859_1));
        eager.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);

        var all = new StringBuilder(written(eager));
        assertThat(eager.isOpen()).isTrue();
        for (int round = 0; round < 5000 / Lane.MAX_STARTS; round++) {
            eager.runScheduledPendingTasks();
            all.append(written(eager));
        }
        assertThat(all).endsWith("ok 5000\n");
        assertThat(eager.isOpen()).isFalse();
    }

    @Test
    void aLongAnswerIsWrittenAPieceInATurn() {
        var channel = open();
        for (int i = 0; i < 20; i++) {
            var value = i < 10 ? "\u0001".repeat(6_000) : "x".repeat(60_000);
            assertThat(ask(channel, "rpush\nlist\n" + value + '\n')).isEqualTo("ok " + (i + 1) + '\n');
        }
        channel.writeInbound(
                Unpooled.copiedBuffer("@1 lrange\nlist\n0 -1\n@2 ping\n_\n\n", StandardCharsets.ISO_8859_1));

        var all = new StringBuilder();
        int pieces = 0;
        for (int round = 0; round < 1000 && all.indexOf("@2") < 0; round++) {
            channel.runScheduledPendingTasks();
            for (var piece : channel.outboundMessages()) {
                assertThat(((ByteBuf) piece).readableBytes()).isLessThan(2 * 65_536);
                pieces++;
            }
            all.append(written(channel));
        }
        assertThat(pieces).isGreaterThan(7);
        assertThat(all.length()).isEqualTo("@1 ok \n@2 ok\n".length() + 10 * 36_000 + 600_000 + 20 * 3 + 1);
        assertThat(all.substring(0, 20)).isEqualTo("@1 ok [\"\\u0001\\u0001");
        assertThat(all.substring(all.length() - 9)).isEqualTo("\"]\n@2 ok\n");
    }

    @Test
    void connectionsAreCountedAndBounded() {
        var first = open();
        open();
        assertThat(handler.letsIn(null, "test")).as("a third").isFalse();
        assertThat(counters.refused()).isEqualTo(1);

        first.close();

        assertThat(connections.size()).isEqualTo(1);
        assertThat(connections.awaitNone(Duration.ofMillis(1))).isFalse();
        connections.close();
        assertThat(connections.awaitNone(Duration.ZERO)).isTrue();
        assertThat(counters.openConnections()).isZero();
        assertThat(counters.closedFor(ServerCounters.Closed.PEER)).isEqualTo(1);
        assertThat(counters.closedFor(ServerCounters.Closed.OPERATOR)).isEqualTo(1);
    }

    @Test
    void aListenerThatOverflowsIsCountedOnceHoweverMuchMoreComes() {
        var channel = open();
        var connection = connection(channel);
        for (int i = 0; i < 100 * 16 + 3; i++) {
            connection.outlet().push(SIGNAL, SIGNAL.length);
        }

        assertThat(counters.slowConsumers()).isEqualTo(1);
        assertThat(connection.outlet().unsentPushes()).as("all that it missed").isEqualTo(100 * 16 + 3);
        Batch.current().finish();
        assertThat(channel.isOpen()).isFalse();
    }

    /** A channel whose socket takes nothing. */
    private EmbeddedChannel openFull() {
        var channel = open();
        channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
                ReferenceCountUtil.release(message); // and the promise is kept by nobody
            }
        });
        channel.freezeTime();
        outlet(channel).push(SIGNAL, SIGNAL.length);
        Batch.current().finish();
        return channel;
    }

    private void passMs(EmbeddedChannel channel, long ms) {
        time.addAndGet(TimeUnit.MILLISECONDS.toNanos(ms));
        channel.advanceTimeBy(ms, TimeUnit.MILLISECONDS);
    }

    private void push(EmbeddedChannel channel, int times) {
        for (int i = 0; i < times; i++) {
            outlet(channel).push(SIGNAL, SIGNAL.length);
        }
        Batch.current().finish();
        channel.runScheduledPendingTasks();
    }

    @Test
    void whoIsSlowHasLittleRoomWhenItsOwnThreadHasFoundThat() {
        var channel = openFull();
        passMs(channel, 150);
        push(channel, 110);
        assertThat(channel.isOpen()).as("the process may have stood still").isTrue();

        passMs(channel, 20);
        channel.runScheduledPendingTasks();
        push(channel, 1);

        assertThat(counters.slowConsumers()).isEqualTo(1);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whileItsOwnThreadDoesNotRunNobodyIsSlow() {
        var channel = openFull();
        passMs(channel, 150);
        push(channel, 110);

        passMs(channel, 500);
        channel.runScheduledPendingTasks();
        push(channel, 10);
        assertThat(channel.isOpen()).as("the look came late").isTrue();

        passMs(channel, 20);
        channel.runScheduledPendingTasks();
        push(channel, 1);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void theOneThatTakesMostEndsWhereAllTakeTooMuch() {
        var large = open();
        var small = open();
        outlet(large).push(new byte[600_000], 600_000);
        outlet(small).push(new byte[30_000], 30_000);
        assertThat(counters.evictedConnections()).isZero();
        outlet(large).push(new byte[500_000], 500_000);
        Batch.current().finish();

        assertThat(counters.evictedConnections()).isEqualTo(1);
        assertThat(counters.closedFor(ServerCounters.Closed.SLOW_CONSUMER)).isEqualTo(1);
        assertThat(large.isOpen()).isFalse();
        assertThat(written(small)).hasSize(30_000);
    }

    /** What the server remembers of them is never needed, and counts. */
    @Test
    void whoSendsNumbersAgainThatWereAnsweredTakesMemoryByIt() {
        var channel = open();
        assertThat(ask(channel, "session\n0123456789abcdef\n60 0\n")).startsWith("ok new");
        assertThat(askNumbered(channel)).endsWith("@2000 ok 2000\n");
        long before = connections.memory().used();

        assertThat(askNumbered(channel)).isEmpty();

        assertThat(connections.memory().used() - before).isGreaterThanOrEqualTo(2000 * 2 * 12);
        assertThat(ask(channel, "bye\n_\n\n")).isEqualTo("ok\n");
        assertThat(connections.memory().used()).isEqualTo(before);
    }

    private static String askNumbered(EmbeddedChannel channel) {
        var all = new StringBuilder();
        for (int i = 1; i <= 2000; i++) {
            all.append(ask(channel, "@" + i + " incr\nn\n1\n"));
        }
        return all.toString();
    }

    @Test
    void whoIsBehindIsGivenAllItsAnswersBeforeItEnds() {
        var channel = open();
        assertThat(ask(channel, "session\n0123456789abcdef\n60\n")).isEqualTo("ok new 60\n");
        var connection = connection(channel);
        var requests = new StringBuilder();
        for (int number = 1; number <= 1000; number++) {
            requests.append("@" + number + " blpop\nlist\n60\n");
        }
        assertThat(ask(channel, requests.toString())).isEmpty();
        channel.runScheduledPendingTasks();

        // The socket has taken nothing yet of what is in front when all of them are refused and the connection ends.
        connection.outlet().push(new byte[300_000], 300_000);
        handler.drain();
        assertThat(connection.outlet().isCongested()).isTrue();
        connection.drain();

        channel.runScheduledPendingTasks();
        var lines = written(channel).substring(300_000).lines().toList();
        assertThat(lines).hasSize(1000).startsWith("@1 error_draining").endsWith("@1000 error_draining");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void anEndWaitsForWhatIsToBeWrittenOrDoesNot() {
        var polite = open();
        outlet(polite).push(SIGNAL, SIGNAL.length);
        outlet(polite).endAfterWriting();
        Batch.current().finish();
        assertThat(written(polite)).isEqualTo("sig news hello\n");
        assertThat(polite.isOpen()).isFalse();

        var abrupt = open();
        outlet(abrupt).push(SIGNAL, SIGNAL.length);
        outlet(abrupt).end("test");
        Batch.current().finish();
        assertThat(written(abrupt)).isEmpty();
        assertThat(abrupt.isOpen()).isFalse();
    }
}
