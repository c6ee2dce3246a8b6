package io.dflockd.transport;

import io.dflockd.protocol.OctetBuffer;
import io.dflockd.service.session.LongPush;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A long line that many connections are to be sent: encoded once, by the first that writes it, and counted once, until
 * each of them has written it or has ended. Whoever holds it has a reference, as with Netty's buffers. Thread-safe.
 */
final class SharedLine {
    static final String NO_REFERENCE = "nobody has a reference to the line any more";

    private final int length;
    private final ConnectionMemory memory;
    private final AtomicInteger references = new AtomicInteger(1);
    /** What it says, until it is encoded. */
    private @Nullable LongPush push;
    private @Nullable ByteBuf encoded;

    /** The line of a push, with one reference, which is the caller's. */
    SharedLine(LongPush push, ConnectionMemory memory) {
        this.push = push;
        this.length = push.length();
        this.memory = memory;
        memory.share(length);
    }

    int length() {
        return length;
    }

    /** Takes one more reference. False where it is gone already. */
    boolean retain() {
        for (int now = references.get(); now > 0; now = references.get()) {
            if (references.compareAndSet(now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    void release() {
        if (references.decrementAndGet() == 0) {
            memory.unshare(length);
            forget();
        }
    }

    /** Its bytes, for one connection that has a reference as long as it needs them. */
    synchronized ByteBuf bytes(ByteBufAllocator allocator) {
        if (push != null) {
            var line = new OctetBuffer(length);
            push.encode(line);
            encoded = allocator.directBuffer(length).writeBytes(line.array(), 0, line.length());
            push = null;
        }
        if (encoded == null) {
            throw new IllegalStateException(NO_REFERENCE);
        }
        return encoded.retainedDuplicate();
    }

    /** Appends its bytes, for one connection that has a reference. */
    synchronized void appendTo(OctetBuffer out) {
        if (push != null) {
            push.encode(out);
        } else if (encoded != null) {
            var line = new byte[length];
            encoded.getBytes(0, line);
            out.put(line, length);
        } else {
            throw new IllegalStateException(NO_REFERENCE);
        }
    }

    private synchronized void forget() {
        push = null;
        if (encoded != null) {
            encoded.release();
            encoded = null;
        }
    }
}
