package io.dflockd.service.session;

import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Push;
import io.dflockd.protocol.PushCodec;

/**
 * A signal whose line is long. All who are told get the same instance, so that the line need be made only once, and not
 * while the engine waits for it.
 */
public final class LongPush {
    /** A shorter line costs less to copy than to share. */
    static final int LEAST_PAYLOAD_BYTES = 1024;

    private final Push.Signal signal;

    public LongPush(Push.Signal signal) {
        this.signal = signal;
    }

    /** How long the line is, with its line feed. */
    public int length() {
        return PushCodec.lengthOf(signal);
    }

    /** Appends the line and its line feed. */
    public void encode(OctetBuffer out) {
        PushCodec.encode(signal, out);
    }
}
