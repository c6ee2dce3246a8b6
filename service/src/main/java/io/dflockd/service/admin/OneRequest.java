package io.dflockd.service.admin;

import io.dflockd.protocol.Reply;
import io.dflockd.service.session.LateReply;
import io.dflockd.service.session.LongPush;
import io.dflockd.service.session.Precious;
import io.dflockd.service.session.Receiver;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks one thing that has one short answer, as a client would, and waits for nothing else. */
final class OneRequest implements Receiver {
    private final String peer;
    private @Nullable Consumer<@Nullable Reply> answered;

    /**
     * Somebody who asks.
     *
     * @param answered is told the answer, once; null where there will be none. With the engine's lock held, so it must be brief
     */
    OneRequest(String peer, Consumer<@Nullable Reply> answered) {
        this.peer = peer;
        this.answered = answered;
    }

    private void tell(@Nullable Reply reply) {
        var once = answered;
        answered = null;
        if (once != null) {
            once.accept(reply);
        }
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public @Nullable InetAddress source() {
        return null;
    }

    @Override
    public void reply(String tag, Reply reply) {
        tell(reply);
    }

    @Override
    public void replyLate(String tag, LateReply reply, @Nullable Precious precious) {
        throw new IllegalStateException("nothing long is asked for");
    }

    @Override
    public void replyPrecious(String tag, Reply reply, Precious precious) {
        throw new IllegalStateException("nothing is asked for that could get lost");
    }

    @Override
    public void push(byte[] line, int length) {}

    @Override
    public void push(LongPush push) {}

    @Override
    public List<Precious> unsent() {
        return List.of();
    }

    @Override
    public int unsentPushes() {
        return 0;
    }

    @Override
    public boolean isCongested() {
        return false;
    }

    @Override
    public void expectMore() {}

    @Override
    public void end(String reason) {
        tell(null);
    }

    @Override
    public void endAfterWriting() {}
}
