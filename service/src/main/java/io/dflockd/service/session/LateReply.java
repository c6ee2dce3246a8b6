package io.dflockd.service.session;

import io.dflockd.protocol.OctetBuffer;

/**
 * A reply that may be long: its line is made piece by piece while it is sent, so that others are served in between, and no
 * more of it than a piece is in memory. Can be made once.
 */
public interface LateReply {
    /** About how long a piece is. */
    int PIECE_BYTES = 64 * 1024;

    /**
     * Appends the next piece of the line, without a tag; the last one ends with a line feed. A piece is empty where even the
     * first word of the line is still to be found out. Returns whether there is more.
     */
    boolean encode(OctetBuffer out);

    /** About how much memory it keeps until its line is made. */
    long bytes();
}
