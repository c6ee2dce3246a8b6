package io.dflockd.service.session;

import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Status;

/** A long value. Until its line is made it takes no memory of its own beside the state that it comes from. */
final class ValueReport implements LateReply {
    private final String value;

    ValueReport(String value) {
        this.value = value;
    }

    @Override
    public void encode(OctetBuffer out) {
        out.put(Status.OK.word()).put(' ').put(value).put('\n');
    }

    /** The state may let go of it meanwhile. */
    @Override
    public long bytes() {
        return value.length();
    }
}
