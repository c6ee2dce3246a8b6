package io.dflockd.transport;

import io.dflockd.protocol.OctetBuffer;
import io.dflockd.protocol.Tag;
import io.dflockd.service.session.LateReply;
import org.jspecify.annotations.Nullable;

/** A part of what an {@link Outbox} holds: lines, one line that others are sent too, or a reply that is not made yet. */
final class Piece {
    private static final OctetBuffer NOTHING = new OctetBuffer(0);

    final OctetBuffer lines;
    final String tag;
    final @Nullable LateReply late;
    final @Nullable SharedLine shared;
    /** How many of the lines are pushes, and how long these are together. */
    final int pushes;
    final int pushBytes;
    /** Where it begins in the stream of bytes. */
    final long place;
    /** Whether some of a reply that is made late was taken out already. */
    boolean begun;

    private Piece(
            OctetBuffer lines,
            String tag,
            @Nullable LateReply late,
            @Nullable SharedLine shared,
            int pushes,
            int pushBytes,
            long place) {
        this.lines = lines;
        this.tag = tag;
        this.late = late;
        this.shared = shared;
        this.pushes = pushes;
        this.pushBytes = pushBytes;
        this.place = place;
    }

    static Piece ofLines(OctetBuffer lines, int pushes, int pushBytes, long place) {
        return new Piece(lines, Tag.NONE, null, null, pushes, pushBytes, place);
    }

    static Piece late(String tag, LateReply reply, long place) {
        return new Piece(NOTHING, tag, reply, null, 0, 0, place);
    }

    /** A push that others are told too. The piece takes the place of one reference. */
    static Piece shared(SharedLine line, long place) {
        return new Piece(NOTHING, Tag.NONE, null, line, 1, line.length(), place);
    }

    /** Appends its bytes, which are there already. */
    void appendTo(OctetBuffer out) {
        if (shared == null) {
            out.put(lines.array(), lines.length());
        } else {
            shared.appendTo(out);
        }
    }

    /** How many bytes it has in the stream by now: a reply that is made late has one. */
    int length() {
        if (late != null) {
            return 1;
        }
        return shared == null ? lines.length() : shared.length();
    }
}
