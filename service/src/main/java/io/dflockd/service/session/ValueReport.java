package io.dflockd.service.session;

import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Status;

/** A long value. Until its line is made it takes no memory of its own beside the state that it comes from. */
final class ValueReport implements LateReply {
    private final String value;
    private boolean begun;
    private int at;

    ValueReport(String value) {
        this.value = value;
    }

    @Override
    public boolean encode(OctetBuffer out) {
        if (!begun) {
            begun = true;
            out.put(Status.OK.word()).put(' ');
        }
        int to = Math.min(value.length(), at + PIECE_BYTES);
        out.put(value, at, to);
        at = to;
        if (at < value.length()) {
            return true;
        }
        out.put('\n');
        return false;
    }

    /** The state may let go of it meanwhile. */
    @Override
    public long bytes() {
        return BoundedLine.OBJECT_BYTES + value.length();
    }
}
