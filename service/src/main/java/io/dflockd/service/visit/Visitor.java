package io.dflockd.service.visit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.PushCodec;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.ReplyCodec;
import io.dflockd.protocol.Status;
import io.dflockd.protocol.Verb;
import io.dflockd.service.driver.Alarm;
import io.dflockd.service.session.LateReply;
import io.dflockd.service.session.LongPush;
import io.dflockd.service.session.Precious;
import io.dflockd.service.session.Receiver;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Takes the one answer that is expected, and keeps some lines of what was subscribed to until they are asked for. */
final class Visitor implements Receiver {
    /** How long an answer may be, and how much of what was subscribed to may wait. */
    private static final int MOST_BYTES = 256 * 1024;
    private static final int MOST_LINES = 1024;

    private final String peer;
    private final @Nullable InetAddress source;
    private final Alarm loop;
    private final ArrayDeque<byte[]> lines = new ArrayDeque<>();
    /** The latest first. */
    private final ArrayDeque<Precious> given = new ArrayDeque<>();
    private int lineBytes;
    private Verb verb = Verb.PING;
    private @Nullable CompletableFuture<Reply> expected;
    private @Nullable String ended;
    /** Whether something that was asked was told not to be known, or too long, so that what came of it may have arrived nowhere. */
    private boolean hasFailed;
    private Runnable overflowed = () -> {};

    /** {@code loop}: tells the answer when the engine is not waited for any more. */
    Visitor(String peer, @Nullable InetAddress source, Alarm loop) {
        this.peer = peer;
        this.source = source;
        this.loop = loop;
    }

    /** What is to be done where it does not take what it subscribed to. */
    synchronized void onOverflow(Runnable action) {
        overflowed = action;
    }

    /** The answer to what is asked next. */
    synchronized CompletableFuture<Reply> expect(Verb asked) {
        if (expected != null) {
            throw new IllegalStateException("what was asked before is not answered");
        }
        var answer = new CompletableFuture<Reply>();
        if (ended != null) {
            hasFailed = true;
            answer.completeExceptionally(new GoneException(ended));
            return answer;
        }
        verb = asked;
        expected = answer;
        return answer;
    }

    private synchronized @Nullable CompletableFuture<Reply> takeExpected() {
        var taken = expected;
        expected = null;
        return taken;
    }

    synchronized Optional<byte[]> nextLine() {
        var line = lines.poll();
        if (line != null) {
            lineBytes -= line.length;
        }
        return Optional.ofNullable(line);
    }

    synchronized boolean isOver() {
        return ended != null && lines.isEmpty();
    }

    synchronized boolean hasEnded() {
        return ended != null;
    }

    synchronized void delivered() {
        if (!hasFailed) {
            given.clear();
        }
    }

    private synchronized void fail() {
        hasFailed = true;
    }

    static Push pushOf(String line) {
        var push = PushCodec.decode(line);
        if (push == null) {
            throw new IllegalStateException("the server told what no client could read: " + line);
        }
        return push;
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public @Nullable InetAddress source() {
        return source;
    }

    @Override
    public void reply(String tag, Reply reply) {
        var answer = takeExpected();
        if (answer != null) {
            loop.schedule(() -> answer.complete(reply), 0);
        }
    }

    @Override
    public void replyLate(String tag, LateReply reply, @Nullable Precious precious) {
        remember(precious);
        var answer = takeExpected();
        if (answer != null) {
            var line = new OctetBuffer(LateReply.PIECE_BYTES);
            loop.schedule(() -> goOn(reply, line, answer), 0);
        }
    }

    @Override
    public void replyPrecious(String tag, Reply reply, Precious precious) {
        remember(precious);
        reply(tag, reply);
    }

    private synchronized void remember(@Nullable Precious precious) {
        if (precious != null) {
            given.addFirst(precious);
        }
    }

    /** Makes a piece of the line, and lets others have their turn. */
    private void goOn(LateReply reply, OctetBuffer line, CompletableFuture<Reply> answer) {
        boolean hasMore = reply.encode(line);
        if (line.length() > MOST_BYTES) {
            fail();
            answer.complete(new Reply.Word(Status.ERROR_TOO_LARGE));
        } else if (hasMore) {
            loop.schedule(() -> goOn(reply, line, answer), 0);
        } else {
            answer.complete(ReplyCodec.decode(verb, new String(line.array(), 0, line.length() - 1, ISO_8859_1)));
        }
    }

    @Override
    public void push(byte[] line, int length) {
        var copy = new byte[length - 1]; // the line feed is left out
        System.arraycopy(line, 0, copy, 0, copy.length);
        keep(copy);
    }

    @Override
    public void push(LongPush push) {
        var line = new OctetBuffer(push.length());
        push.encode(line);
        push(line.array(), line.length());
    }

    private synchronized void keep(byte[] line) {
        if (ended != null) {
            return;
        }
        if (lines.size() == MOST_LINES || lineBytes + line.length > MOST_BYTES) {
            ended = "it does not take what it subscribed to";
            loop.schedule(overflowed, 0);
            return;
        }
        lines.add(line);
        lineBytes += line.length;
    }

    @Override
    public synchronized List<Precious> unsent() {
        var unsent = List.copyOf(given);
        given.clear();
        return unsent;
    }

    @Override
    public synchronized int unsentPushes() {
        return lines.size();
    }

    @Override
    public boolean isCongested() {
        return false;
    }

    @Override
    public void expectMore() {
        // It has no answers that wait in the engine.
    }

    @Override
    public void end(String reason) {
        synchronized (this) {
            if (ended == null) {
                ended = reason;
            }
        }
        var answer = takeExpected();
        if (answer != null) {
            fail();
            loop.schedule(() -> answer.completeExceptionally(new GoneException(reason)), 0);
        }
    }

    @Override
    public void endAfterWriting() {
        end("the server ended it");
    }
}
