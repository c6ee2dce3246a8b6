package io.dflockd.service.session;

import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Status;
import java.util.function.Supplier;

/**
 * A line whose text may turn out longer than it may be. Where that is possible its text is made twice, each time a piece at
 * a time: first to see how long it is, then to be sent. That takes time, but no memory.
 */
final class BoundedLine {
    /** What a reply takes that is to be made later, beside what it is made of. */
    static final long OBJECT_BYTES = 256;

    private final Supplier<Text> texts;
    private final long maxBytes;
    private Text text;
    private boolean measured;
    private long length;
    private boolean begun;

    /** Something that is written a piece at a time, once. */
    @FunctionalInterface
    interface Text {
        /** Appends about so many bytes more. Returns whether there is more. */
        boolean write(OctetBuffer out, int about);
    }

    /**
     * A line for a text of at most so many bytes.
     *
     * @param texts gives the same text from its beginning each time
     * @param longest how long it can be at most
     */
    BoundedLine(Supplier<Text> texts, long longest, long maxBytes) {
        this.texts = texts;
        this.maxBytes = maxBytes;
        text = texts.get();
        measured = longest <= maxBytes;
    }

    /** As {@link LateReply#encode}. */
    boolean encode(OctetBuffer out) {
        if (!measured) {
            return measure(out);
        }
        if (length > maxBytes) {
            out.put(Status.ERROR_TOO_LARGE.word()).put('\n');
            return false;
        }
        if (!begun) {
            begun = true;
            out.put(Status.OK.word()).put(' ');
        }
        if (text.write(out, LateReply.PIECE_BYTES)) {
            return true;
        }
        out.put('\n');
        return false;
    }

    /** Leaves nothing behind, so it is always to be gone on with. */
    private boolean measure(OctetBuffer out) {
        int start = out.length();
        boolean more = text.write(out, LateReply.PIECE_BYTES);
        length += out.length() - start;
        out.truncate(start);
        if (!more || length > maxBytes) {
            measured = true;
            text = texts.get();
        }
        return true;
    }
}
