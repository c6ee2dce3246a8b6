package io.dflockd.service.session;

import io.dflockd.protocol.OctetBuffer;

/** A reply that may be long, so that its line is made only when it is to be sent, while nobody else waits for that. */
public interface LateReply {
    /** Appends the line and its line feed, without a tag. */
    void encode(OctetBuffer out);

    /** About how much memory it keeps until then. */
    long bytes();
}
