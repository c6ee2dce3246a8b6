package io.dflockd.service.session;

import io.dflockd.engine.Outcome;
import io.dflockd.protocol.Reply;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the place of a receiver whose connection has ended, so that nobody who tells a caller something has to ask whether it
 * is still there: keeps what it was given alone, counts what it was to be told, and lets the rest go. Guarded by the
 * engine's lock.
 */
final class Gone implements Receiver {
    private final String peer;
    private final @Nullable InetAddress source;
    /** The latest first. */
    private final ArrayDeque<Outcome> undelivered = new ArrayDeque<>();
    private long missedPushes;

    /** With what the receiver could not hand over. */
    Gone(Receiver former) {
        peer = former.peer();
        source = former.source();
        former.unsent().forEach(precious -> undelivered.add(precious.outcome()));
        missedPushes = former.unsentPushes();
    }

    boolean hasUndelivered() {
        return !undelivered.isEmpty();
    }

    boolean hasMissedPushes() {
        return missedPushes > 0;
    }

    /** What it was given alone and did not get since this was last asked, the latest first. */
    List<Outcome> takeUndelivered() {
        var taken = List.copyOf(undelivered);
        undelivered.clear();
        return taken;
    }

    /** How many pushes it did not get since this was last asked. */
    long takeMissedPushes() {
        long taken = missedPushes;
        missedPushes = 0;
        return taken;
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
        // It is told no more.
    }

    @Override
    public void replyLate(String tag, LateReply reply, @Nullable Precious precious) {
        if (precious != null) {
            undelivered.addFirst(precious.outcome());
        }
    }

    @Override
    public void replyPrecious(String tag, Reply reply, Precious precious) {
        undelivered.addFirst(precious.outcome());
    }

    @Override
    public void push(byte[] line, int length) {
        missedPushes++;
    }

    @Override
    public void push(LongPush push) {
        missedPushes++;
    }

    @Override
    public List<Precious> unsent() {
        return List.of();
    }

    @Override
    public int unsentPushes() {
        return 0;
    }

    /** What is numbered stays with its session, which may come back. */
    @Override
    public boolean isCongested() {
        return true;
    }

    @Override
    public void expectMore() {
        // It asks for nothing more.
    }

    @Override
    public void end(String reason) {
        // It has ended.
    }

    @Override
    public void endAfterWriting() {
        // It has ended.
    }
}
