package io.dflockd.transport;

import io.dflockd.protocol.OctetBuffer;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Buffers that long batches of lines were written to, for the next long batch, of whatever connection. So a stream of
 * them makes no garbage, and a connection that is silent keeps no room. Belongs to one thread; holds at most a mebibyte.
 */
final class SpareBuffers {
    private static final int MAX_BYTES = 1 << 20;
    private static final FastThreadLocal<SpareBuffers> CURRENT = new FastThreadLocal<>() {
        @Override
        protected SpareBuffers initialValue() {
            return new SpareBuffers();
        }
    };

    private final ArrayDeque<OctetBuffer> buffers = new ArrayDeque<>();
    private int bytes;

    private SpareBuffers() {}

    /** Those of this thread. */
    static SpareBuffers current() {
        return CURRENT.get();
    }

    /** An empty buffer with room; null where none is left. */
    @Nullable
    OctetBuffer take() {
        var buffer = buffers.pollLast();
        if (buffer != null) {
            bytes -= buffer.array().length;
        }
        return buffer;
    }

    /** Keeps a buffer, whose content is forgotten, if there is room for it. */
    void give(OctetBuffer buffer) {
        int more = buffer.array().length;
        if (bytes + more <= MAX_BYTES) {
            buffer.clear();
            buffers.addLast(buffer);
            bytes += more;
        }
    }
}
