package io.dflockd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.End;
import io.dflockd.engine.Outcome;
import io.dflockd.protocol.Dialect;
import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.Reply;
import io.dflockd.service.session.LateReply;
import io.dflockd.service.session.LongPush;
import io.dflockd.service.session.Precious;
import io.dflockd.transport.Outbox.Offer;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
        return push(line, 1);
    }

    private boolean push(String line, int times) {
        return outbox.offerPush(line.getBytes(StandardCharsets.ISO_8859_1), line.length(), times) != Offer.NO_ROOM;
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

    /** Their lines take 5 bytes each, what is remembered of them until they are taken more than thirty times that. */
    @Test
    void whatMustNotGetLostCountsWithAllThatItTakesUntilItIsTaken() {
        var roomy = new ConnectionMemory(1 << 30);
        var pops = new Outbox(3, 1000, Dialect.CURRENT, roomy.open(0, bytes -> {}));
        var popped = new Precious(new Outcome.Popped("q", End.LEFT, "x"));
        for (int i = 0; i < 50_000; i++) {
            pops.appendPrecious("", new Reply.Text("x"), popped);
        }

        assertThat(pops.unsentBytes()).isEqualTo(50_000L * (5 + popped.bytes()));
        assertThat(roomy.used()).isGreaterThanOrEqualTo(50_000 * 150);

        var written = Objects.requireNonNull(pops.take(UnpooledByteBufAllocator.DEFAULT, true));
        written.release();
        pops.sent(5 * 49_999);
        assertThat(pops.unsentBytes()).isEqualTo(5 + popped.bytes());
        pops.sent(5);
        assertThat(pops.unsentBytes()).isZero();
        assertThat(roomy.used()).isZero();
    }

    @Test
    void whatGoesBackToOthersCountsNoMore() {
        var value = "x".repeat(10_000);
        outbox.appendPrecious("", new Reply.Text(value), new Precious(new Outcome.Popped("q", End.LEFT, value)));
        outbox.close();
        assertThat(memory.used()).as("it is still here").isGreaterThanOrEqualTo(10_000);

        assertThat(outbox.unsent()).hasSize(1);

        assertThat(outbox.unsentBytes()).isZero();
        assertThat(memory.used()).isZero();
    }

    @Test
    void pushesAreBoundedByNumberAndBySize() {
        assertThat(push("1".repeat(400))).isTrue();
        assertThat(push("2".repeat(400))).isTrue();
        assertThat(push("3".repeat(400))).as("too many bytes").isFalse();
        assertThat(push("3")).isTrue();
        assertThat(push("4")).as("too many lines").isFalse();
        assertThat(push("5".repeat(400), 16)).as("more room").isTrue();
        take();
        assertThat(push("5")).isTrue();
    }

    private static SharedLine shared(String payload, ConnectionMemory memory) {
        return new SharedLine(new LongPush(new Push.Signal("c", payload)), memory);
    }

    /** Lines of 12, 11 and 10 bytes, and then those that others are sent too. */
    private void pushDifferentLines(SharedLine shared) {
        push("sig c first\n");
        reply("between");
        push("sig c last\n");
        outbox.appendLate("", late("0123456789"), null);
        assertThat(outbox.offerShared(shared, 1)).isEqualTo(Offer.TAKEN);
    }

    @Test
    void pushesInsideATornWriteAreUnsent() {
        var shared = shared("x".repeat(100), memory);
        int line = shared.length();
        pushDifferentLines(shared);
        assertThat(outbox.unsentPushes()).isEqualTo(3);

        assertThat(take().length()).isEqualTo(12 + 11 + 11 + 11 + line);
        outbox.sent(11);
        assertThat(outbox.unsentPushes()).as("all but one byte of the first").isEqualTo(3);
        outbox.sent(1 + 11 + 10);
        assertThat(outbox.unsentPushes()).as("the last byte is missing").isEqualTo(2);
        outbox.sent(1);
        assertThat(outbox.unsentPushes()).isEqualTo(1);

        outbox.sent(11);
        outbox.sent(line - 1);
        assertThat(outbox.unsentPushes()).isEqualTo(1);
        outbox.close();
        assertThat(outbox.unsentPushes()).as("torn, and the end does not change that").isEqualTo(1);
        outbox.sent(1);
        assertThat(outbox.unsentPushes()).isZero();
    }

    @Test
    void pushesOfOneLengthAreCountedOneByOne() {
        var many = new Outbox(1000, 100_000, Dialect.CURRENT, memory.open(0, bytes -> {}));
        for (int i = 0; i < 900; i++) {
            assertThat(many.offerPush("sig c p\n".getBytes(StandardCharsets.ISO_8859_1), 8, 1))
                    .isNotEqualTo(Offer.NO_ROOM);
        }
        var written = Objects.requireNonNull(many.take(UnpooledByteBufAllocator.DEFAULT, true));
        written.release();

        for (int i = 0; i < 900; i++) {
            assertThat(many.unsentPushes()).isEqualTo(900 - i);
            many.sent(7);
            assertThat(many.unsentPushes()).isEqualTo(900 - i);
            many.sent(1);
        }
        assertThat(many.unsentPushes()).isZero();
    }

    @Test
    void aLineForManyCountsOnceUntilTheLastHasWrittenItOrEnded() {
        var line = shared("x".repeat(100_000), memory);
        var listeners = new ArrayList<Outbox>();
        for (int i = 0; i < 50; i++) {
            var listener = new Outbox(3, 200_000, Dialect.CURRENT, memory.open(0, bytes -> {}));
            assertThat(listener.offerShared(line, 1)).isEqualTo(Offer.WAKE);
            assertThat(listener.unsentBytes()).isEqualTo(line.length());
            listeners.add(listener);
        }
        line.release();
        assertThat(memory.used()).isEqualTo(line.length());

        for (var listener : listeners.subList(0, 48)) {
            var written = Objects.requireNonNull(listener.take(UnpooledByteBufAllocator.DEFAULT, true));
            assertThat(written.toString(StandardCharsets.ISO_8859_1)).isEqualTo("sig c " + "x".repeat(100_000) + "\n");
            written.release();
            listener.sent(line.length());
            listener.end();
        }
        listeners.get(48).close();
        assertThat(memory.used()).isEqualTo(line.length());

        var torn = Objects.requireNonNull(listeners.get(49).take(UnpooledByteBufAllocator.DEFAULT, true));
        listeners.get(49).sent(50_000);
        listeners.get(49).close();
        assertThat(memory.used()).as("the socket still has it").isEqualTo(line.length());
        torn.release();
        listeners.get(49).end();
        assertThat(memory.used()).isZero();
        assertThat(torn.refCnt()).isZero();
        assertThat(line.retain()).as("gone").isFalse();
    }

    @Test
    void linesForManyKeepTheirPlaceAndShortOnesGoTogether() {
        var listener = new Outbox(10, 200_000, Dialect.CURRENT, memory.open(0, bytes -> {}));
        var shortLine = shared("s".repeat(2000), memory);
        var longLine = shared("l".repeat(20_000), memory);
        listener.append("", new Reply.Text("a"));
        for (var line : List.of(shortLine, shortLine, longLine, shortLine)) {
            assertThat(listener.offerShared(line, 1)).isNotEqualTo(Offer.NO_ROOM);
        }
        listener.append("", new Reply.Text("b"));

        var written = new ArrayList<String>();
        var bytes = listener.take(UnpooledByteBufAllocator.DEFAULT, false);
        while (bytes != null) {
            written.add(bytes.toString(StandardCharsets.ISO_8859_1));
            bytes.release();
            bytes = listener.take(UnpooledByteBufAllocator.DEFAULT, false);
        }

        var s = "sig c " + "s".repeat(2000) + "\n";
        assertThat(written).containsExactly("ok a\n" + s + s, "sig c " + "l".repeat(20_000) + "\n", s, "ok b\n");
    }

    @Test
    void whoDoesNotReadHasRoomForLinesOfOthersAsForItsOwn() {
        var line = shared("x".repeat(400), memory);
        assertThat(outbox.offerShared(line, 1)).isEqualTo(Offer.WAKE);
        assertThat(outbox.offerShared(line, 1)).isEqualTo(Offer.TAKEN);
        assertThat(outbox.offerShared(line, 1)).as("too many bytes").isEqualTo(Offer.NO_ROOM);
        assertThat(push("x")).isTrue();
        assertThat(push("x")).as("too many lines").isFalse();
        take();
        assertThat(push("x")).as("with one write less").isTrue();
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

        assertThat(take(false)).as("short ones together").isEqualTo("ok a\n@7 made late\nok b\ntoo\n");
        assertThat(take()).isEmpty();
        assertThat(outbox.unsentBytes()).isEqualTo("ok a\n@7 made late\nok b\ntoo\n".length());
    }

    @Test
    void whatIsPreciousBehindAReplyThatIsMadeLateIsSentWhenItsOwnLineIs() {
        replyPrecious("a");
        outbox.appendLate("", late("0123456789"), grant("late"));
        replyPrecious("b");
        assertThat(take() + take()).isEqualTo("ok a\n0123456789\nok b\n");

        outbox.sent("ok a\n0123456789".length());
        outbox.sent("\n".length());
        outbox.sent("ok b".length());
        assertThat(outbox.unsent()).containsExactly(grant("b"));
    }

    @Test
    void whatIsPreciousInAReplyThatWasNotMadeIsUnsent() {
        replyPrecious("a");
        outbox.appendLate("", late(100_000, "0123456789\n"), grant("late"));
        outbox.sent(take(false).length());

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
        assertThat(outbox.unsentBytes()).isEqualTo(100_000 + 1 + "@7 ok 01".length() + "ok b\n".length()
                + Precious.OBJECT_BYTES + grant("b").bytes());
        outbox.sent("@7 ok 01".length());
        assertThat(take()).isEqualTo("later");
        assertThat(take()).isEqualTo("23");
        assertThat(take(false)).isEqualTo("later");
        assertThat(take()).isEqualTo("4\n");
        assertThat(take(false)).isEqualTo("ok b\n");
        assertThat(take()).isEmpty();
        assertThat(outbox.unsentBytes())
                .isEqualTo("234\nok b\n".length() + Precious.OBJECT_BYTES + grant("b").bytes());

        outbox.sent("234".length());
        outbox.sent("\nok b".length());
        assertThat(outbox.unsent()).containsExactly(grant("b"));
    }

    @Test
    void whatStandsAroundALongReplyIsSentWhenItsOwnLastByteIs() {
        push("1\n");
        outbox.appendLate("", late(100_000, "ok 01", "23456", "789\n"), grant("late"));
        push("2\n");
        var shared = shared("s", memory);
        assertThat(outbox.offerShared(shared, 1)).isEqualTo(Offer.TAKEN);
        shared.release();
        replyPrecious("b");
        assertThat(take()).isEqualTo("1\nok 01");
        assertThat(take() + take()).isEqualTo("23456789\n");
        assertThat(take()).isEqualTo("2\nsig c s\n");
        assertThat(take()).isEqualTo("ok b\n");

        var unsent = new ArrayList<Integer>();
        for (int i = 0; i < "1\nok 0123456789\n2\nsig c s\nok ".length(); i++) {
            outbox.sent(1);
            unsent.add(outbox.unsentPushes());
        }

        assertThat(unsent).startsWith(3, 2);
        assertThat(unsent.indexOf(1)).as("the end of 2").isEqualTo("1\nok 0123456789\n2".length());
        assertThat(unsent.indexOf(0)).as("the end of s").isEqualTo("1\nok 0123456789\n2\nsig c s".length());
        assertThat(memory.used()).as("nobody is to send the shared line any more").isZero();
        assertThat(outbox.unsent()).containsExactly(grant("b"));
    }

    @Test
    void aLongReplyOfWhichAPartWasSentIsUnsent() {
        replyPrecious("a");
        outbox.appendLate("", late(100_000, "ok 01", "23\n"), grant("late"));
        assertThat(take()).isEqualTo("ok a\nok 01");
        outbox.sent("ok a\nok 01".length());

        outbox.close();

        assertThat(outbox.unsent()).containsExactly(grant("late"));
        assertThat(outbox.unsentBytes()).isZero();
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
        outbox.appendLate("", late(100_000, "y\n"), null);
        replyPrecious("a");
        take(false);

        outbox.close();

        assertThat(outbox.unsentBytes()).as("what is being written").isEqualTo(5004 + grant("a").bytes());
        assertThat(memory.used()).isBetween(5004L, 8192L);
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

        for (var listener : listeners) {
            assertThat(listener.offerPush(line, line.length, 1)).isNotEqualTo(Offer.NO_ROOM);
        }

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
