package io.dflockd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.Outcome;
import io.dflockd.protocol.Dialect;
import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Reply;
import io.dflockd.service.session.LateReply;
import io.dflockd.service.session.Precious;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private final ConnectionMemory memory = new ConnectionMemory(1 << 20);
    private final Outbox outbox = new Outbox(3, 1000, Dialect.CURRENT, memory.open(0, bytes -> {}));

    private static Precious grant(String key) {
        return new Precious(new Outcome.Granted(key, "token", 1000, 1, false));
    }

    private void reply(String text) {
        outbox.append("", new Reply.Text(text));
    }

    private void replyPrecious(String text) {
        outbox.appendPrecious("", new Reply.Text(text), grant(text));
    }

    private String take() {
        return take(true);
    }

    private String take(boolean myTurn) {
        var bytes = outbox.take(UnpooledByteBufAllocator.DEFAULT, myTurn);
        if (bytes == null) {
            return "";
        }
        if (!bytes.isReadable()) {
            return "later";
        }
        var text = bytes.toString(StandardCharsets.ISO_8859_1);
        bytes.release();
        return text;
    }

    private boolean push(String line) {
        boolean room = outbox.hasRoomForPush(line.length(), 1);
        if (room) {
            outbox.appendPush(line.getBytes(StandardCharsets.ISO_8859_1), line.length());
        }
        return room;
    }

    @Test
    void linesLeaveInTheOrderInWhichTheyCame() {
        assertThat(outbox.append("7", new Reply.Text("a"))).as("wakes").isTrue();
        assertThat(outbox.append("", new Reply.Text("b"))).as("wakes").isFalse();
        push("sig x y\n");

        assertThat(take()).isEqualTo("@7 ok a\nok b\nsig x y\n");
        assertThat(take()).isEmpty();
        assertThat(outbox.append("", new Reply.Text("c"))).as("wakes").isTrue();
    }

    @Test
    void whatIsInTheWriteCountsUntilItIsTaken() {
        reply("x".repeat(97));
        assertThat(outbox.unsentBytes()).isEqualTo(101);
        take();
        assertThat(outbox.unsentBytes()).isEqualTo(101);
        outbox.sent(40);
        assertThat(outbox.unsentBytes()).isEqualTo(61);
        outbox.sent(61);
        assertThat(outbox.unsentBytes()).isZero();
    }

    @Test
    void exactlyThoseAreUnsentWhoseLastByteWasNotTaken() {
        reply("plain"); // 9 bytes
        replyPrecious("a"); // to 14
        replyPrecious("b"); // to 19
        replyPrecious("c"); // to 24
        take();
        replyPrecious("d");
        outbox.sent(18);

        assertThat(outbox.unsent()).containsExactly(grant("d"), grant("c"), grant("b"));
        assertThat(outbox.unsent()).as("told once").isEmpty();
    }

    @Test
    void aLineThatWasTakenWholeInABiggerWriteIsDelivered() {
        for (int i = 0; i < 200; i++) {
            replyPrecious("v" + i);
        }
        int written = take().length();
        outbox.sent("ok v0\n".length() * 10 + "ok v10\n".length() * 10);

        assertThat(outbox.unsent()).hasSize(180).last().isEqualTo(grant("v20"));
        assertThat(written).isGreaterThan(1000);
    }

    @Test
    void pushesAreBoundedByNumberAndBySize() {
        assertThat(push("1".repeat(400))).isTrue();
        assertThat(push("2".repeat(400))).isTrue();
        assertThat(push("3".repeat(400))).as("too many bytes").isFalse();
        assertThat(push("3")).isTrue();
        assertThat(push("4")).as("too many lines").isFalse();
        assertThat(outbox.hasRoomForPush(400, 16)).isTrue();
        take();
        assertThat(push("5")).isTrue();
    }

    @Test
    void aSinglePushOfAnySizeHasRoom() {
        assertThat(push("1".repeat(100_000))).isTrue();
        assertThat(push("2")).isFalse();
        take();
        assertThat(push("3".repeat(100_000))).isTrue();
    }

    @Test
    void whatComesAfterTheEndIsNotKeptAndNotForgotten() {
        push("1");
        outbox.close();
        assertThat(push("2")).isTrue();
        outbox.dropPush();
        replyPrecious("v");

        assertThat(outbox.unsentPushes()).isEqualTo(3);
        assertThat(outbox.unsent()).containsExactly(grant("v"));
        assertThat(outbox.unsentBytes()).isZero();
    }

    private static LateReply late(String line) {
        return late(1000, line + '\n');
    }

    private static LateReply late(long bytes, String... pieces) {
        return new LateReply() {
            private int next;

            @Override
            public boolean encode(OctetBuffer out) {
                out.put(pieces[next++]);
                return next < pieces.length;
            }

            @Override
            public long bytes() {
                return bytes;
            }
        };
    }

    @Test
    void aReplyThatIsMadeLateKeepsItsPlace() {
        reply("a");
        outbox.appendLate("7", late("made late"), null);
        reply("b");
        outbox.appendLate("", late("too"), null);
        assertThat(outbox.unsentBytes()).isEqualTo(2 * "ok a\n".length() + 2 * 1001);

        assertThat(take()).isEqualTo("ok a\n");
        assertThat(take(false)).as("short ones together").isEqualTo("@7 made late\nok b\ntoo\n");
        assertThat(take()).isEmpty();
        assertThat(outbox.unsentBytes()).isEqualTo("ok a\n@7 made late\nok b\ntoo\n".length());
    }

    @Test
    void whatIsPreciousBehindAReplyThatIsMadeLateIsSentWhenItsOwnLineIs() {
        replyPrecious("a");
        outbox.appendLate("", late("0123456789"), grant("late"));
        replyPrecious("b");
        int first = take().length();
        int second = take().length();
        int third = take().length();

        outbox.sent(first + second - 1);
        outbox.sent(1);
        outbox.sent(third - 1);
        assertThat(outbox.unsent()).containsExactly(grant("b"));
    }

    @Test
    void whatIsPreciousInAReplyThatWasNotMadeIsUnsent() {
        replyPrecious("a");
        outbox.appendLate("", late("0123456789"), grant("late"));
        outbox.sent(take().length());

        assertThat(outbox.unsent()).containsExactly(grant("late"));
    }

    @Test
    void aLongReplyIsMadeAPieceInATurn() {
        outbox.appendLate("7", late(100_000, "", "", "ok 01", "", "23", "4\n"), grant("late"));
        replyPrecious("b");

        assertThat(take(false)).isEqualTo("later");
        assertThat(take()).as("nothing can be said yet").isEqualTo("later");
        assertThat(take()).isEqualTo("later");
        assertThat(take()).isEqualTo("@7 ok 01");
        assertThat(outbox.unsentBytes()).isEqualTo(100_000 + 1 + "@7 ok 01".length() + "ok b\n".length());
        outbox.sent("@7 ok 01".length());
        assertThat(take()).isEqualTo("later");
        assertThat(take()).isEqualTo("23");
        assertThat(take(false)).isEqualTo("later");
        assertThat(take()).isEqualTo("4\n");
        assertThat(take(false)).isEqualTo("ok b\n");
        assertThat(take()).isEmpty();
        assertThat(outbox.unsentBytes()).isEqualTo("234\nok b\n".length());

        outbox.sent("234".length());
        outbox.sent("\nok b".length());
        assertThat(outbox.unsent()).containsExactly(grant("b"));
    }

    @Test
    void aLongReplyOfWhichAPartWasSentIsUnsent() {
        replyPrecious("a");
        outbox.appendLate("", late(100_000, "ok 01", "23\n"), grant("late"));
        outbox.sent(take().length() + take().length());

        outbox.close();

        assertThat(outbox.unsentBytes()).isZero();
        assertThat(outbox.unsent()).containsExactly(grant("late"));
        assertThat(take()).isEmpty();
    }

    @Test
    void whatIsMadeAtOnceIsBounded() {
        for (int i = 0; i < 100; i++) {
            outbox.appendLate("", late(60_000, "x".repeat(9999) + '\n'), null);
            outbox.appendLate("", late(60_000, "1", "2\n"), null);
        }
        int bytes = 0;
        for (var text = take(false); !text.isEmpty(); text = take(false)) {
            assertThat(text).hasSizeBetween(60_000, 80_000);
            bytes += text.length();
            if (bytes > 900_000) {
                break;
            }
        }
        assertThat(bytes).isGreaterThan(900_000);
    }

    @Test
    void whatIsClosedKeepsOnlyWhatMustNotGetLost() {
        reply("x".repeat(5000));
        outbox.appendLate("", late("y"), null);
        replyPrecious("a");
        take();

        outbox.close();

        assertThat(outbox.unsentBytes()).as("what is being written").isEqualTo(5004);
        assertThat(memory.used()).isBetween(5004L, 8000L);
        assertThat(take()).isEmpty();
        assertThat(outbox.unsent()).containsExactly(grant("a"));
    }

    @Test
    void whoIsEndedForAllGivesItsMemoryBackAtOnce() {
        var small = new ConnectionMemory(300_000);
        var line = new byte[65_000];
        var listeners = new ArrayList<Outbox>();
        for (int i = 0; i < 50; i++) {
            var listener = new AtomicReference<Outbox>();
            listener.set(new Outbox(
                    3, 100_000, Dialect.CURRENT,
                    small.open(0, bytes -> Objects.requireNonNull(listener.get()).close())));
            listeners.add(Objects.requireNonNull(listener.get()));
        }

        listeners.forEach(listener -> listener.appendPush(line, line.length));

        assertThat(listeners.stream().mapToLong(Outbox::unsentBytes).sum()).isBetween(100_000L, 300_000L);
        assertThat(small.used()).isLessThanOrEqualTo(300_000);
    }

    @Test
    void twoThatHaveEachOtherEndedDoNotWaitForEachOther() throws Exception {
        var one = new AtomicReference<Outbox>();
        var other = new AtomicReference<Outbox>();
        for (int i = 0; i < 2000; i++) {
            var tight = new ConnectionMemory(10_000);
            one.set(new Outbox(3, 1000, Dialect.CURRENT, tight.open(0, bytes -> close(one))));
            other.set(new Outbox(3, 1000, Dialect.CURRENT, tight.open(0, bytes -> close(other))));
            var first = CompletableFuture.runAsync(() -> fill(one));
            var second = CompletableFuture.runAsync(() -> fill(other));
            CompletableFuture.allOf(first, second).get(20, TimeUnit.SECONDS);
        }
    }

    private static void close(AtomicReference<Outbox> outbox) {
        Objects.requireNonNull(outbox.get()).close();
    }

    private static void fill(AtomicReference<Outbox> outbox) {
        for (int i = 0; i < 4; i++) {
            Objects.requireNonNull(outbox.get()).append("", new Reply.Text("x".repeat(4000)));
        }
    }
}
