package io.dflockd.service;

import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.ReplyCodec;
import io.dflockd.service.session.LateReply;
import io.dflockd.service.session.LongPush;
import io.dflockd.service.session.Precious;
import io.dflockd.service.session.Receiver;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps the lines, and plays a socket that takes nothing more once told so. */
public final class RecordingReceiver implements Receiver {
    public final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    public final List<Precious> unsent = new ArrayList<>();
    boolean takesNothing;
    boolean congested;
    boolean expecting;
    public boolean failing;
    /** Is run before the next reply is taken, and no more then. */
    volatile Runnable beforeReply = () -> {};
    int pushes;
    String end = "";

    @Override
    public String peer() {
        return "test";
    }

    @Override
    public @Nullable InetAddress source() {
        return null;
    }

    @Override
    public void reply(String tag, Reply reply) {
        var before = beforeReply;
        beforeReply = () -> {};
        before.run();
        var line = new OctetBuffer(64);
        ReplyCodec.encode(reply, line);
        add((tag.isEmpty() ? "" : "@" + tag + " ") + text(line.array(), line.length()));
    }

    @Override
    public void replyLate(String tag, LateReply reply, @Nullable Precious precious) {
        var line = new OctetBuffer(64);
        while (reply.encode(line)) {
            // Here nobody waits for anybody.
        }
        add((tag.isEmpty() ? "" : "@" + tag + " ") + text(line.array(), line.length()));
    }

    @Override
    public void replyPrecious(String tag, Reply reply, Precious precious) {
        reply(tag, reply);
        if (takesNothing) {
            unsent.addFirst(precious);
        }
    }

    @Override
    public void push(byte[] line, int length) {
        failIfToldTo();
        add(text(line, length));
        pushes += takesNothing ? 1 : 0;
    }

    private void failIfToldTo() {
        if (failing) {
            throw new IllegalStateException("a test says so");
        }
    }

    @Override
    public void push(LongPush push) {
        var line = new OctetBuffer(push.length());
        push.encode(line);
        push(line.array(), line.length());
    }

    private void add(String line) {
        if (!takesNothing) {
            lines.add(line.strip());
        }
    }

    private static String text(byte[] bytes, int length) {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    @Override
    public List<Precious> unsent() {
        return unsent;
    }

    @Override
    public int unsentPushes() {
        return pushes;
    }

    @Override
    public boolean isCongested() {
        return congested;
    }

    @Override
    public void expectMore() {
        failIfToldTo();
        expecting = true;
    }

    @Override
    public void end(String reason) {
        end = reason;
        failIfToldTo();
    }

    /** Why it was ended; empty where it was not. */
    public String end() {
        return end;
    }

    @Override
    public void endAfterWriting() {
        end = "after writing";
    }
}
