package io.dflockd.service.session;

import io.dflockd.protocol.Reply;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a client's lines go, in the order in which they were decided: a connection of the line protocol, or whatever else
 * can carry them. Thread-safe; mostly called with the engine's lock held, so nothing here may wait, write or call back.
 */
public interface Receiver {
    /** Who is at the other end, for people to read. */
    String peer();

    /** The address that it comes from; null where it has none. */
    @Nullable
    InetAddress source();

    /** What has gone over it so far. */
    default Flow flow() {
        return Flow.NONE;
    }

    /** Appends a reply. The tag is empty for a request without one. */
    void reply(String tag, Reply reply);

    /** Appends a reply that is made when it is sent, and remembers what must not get lost with it, if anything. */
    void replyLate(String tag, LateReply reply, @Nullable Precious precious);

    /** Appends a reply and remembers what must not get lost with it, see {@link #unsent}. */
    void replyPrecious(String tag, Reply reply, Precious precious);

    /** Appends the first bytes of an array as a push. Ends the receiver where it does not take what it subscribed to. */
    void push(byte[] line, int length);

    /** As the other, for a line that is long and that others are told too. */
    void push(LongPush push);

    /** What must not get lost and whose line was not handed over whole, the latest first. Forgets it. */
    List<Precious> unsent();

    /** How many pushes were not handed over whole. */
    int unsentPushes();

    /** Whether so much waits to be taken that nothing more should be asked for. */
    boolean isCongested();

    /** There are answers that it was not given; it asks for them as soon as it can take them. */
    void expectMore();

    /** Ends it at once: nothing more is read or written. The reason is for the log. */
    void end(String reason);

    /** Ends it once what was appended is written. Nothing more is read. */
    void endAfterWriting();
}
