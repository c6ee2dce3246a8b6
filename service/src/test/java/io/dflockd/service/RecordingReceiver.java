package io.dflockd.service;

import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Reply;
import io.dflockd.protocol.ReplyCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Keeps the lines, and plays a socket that takes nothing more once told so. */
final class RecordingReceiver implements Receiver {
    final List<String> lines = new ArrayList<>();
    final List<Precious> unsent = new ArrayList<>();
    boolean takesNothing;
    int pushes;
    String end = "";

    @Override
    public String peer() {
        return "test";
    }

    @Override
    public void reply(String tag, Reply reply) {
        var line = new OctetBuffer(64);
        ReplyCodec.encode(reply, line);
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
        add(text(line, length));
        pushes += takesNothing ? 1 : 0;
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
        return false;
    }

    @Override
    public void end(String reason) {
        end = reason;
    }

    @Override
    public void endAfterWriting() {
        end = "after writing";
    }
}
