package io.dflockd.replication;

import io.dflockd.engine.Action;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/** A batch that turns are still added to. Sealed, it is not changed any more, and another begins. Not thread-safe. */
final class OpenBatch {
    /** How many bytes of actions a batch has at most, unless one turn alone has more. */
    static final int MAX_BYTES = 1 << 20;

    private static final int INITIAL_CAPACITY = 4_096;
    /** What is larger is not kept for the next. */
    private static final int LARGEST_KEPT = 1 << 16;

    private List<Action> actions = new ArrayList<>();
    private BatchOutput out = new BatchOutput(INITIAL_CAPACITY);

    OpenBatch() {
        begin();
    }

    /** Forgets what was added. */
    void begin() {
        if (out.capacity() > LARGEST_KEPT) {
            out = new BatchOutput(INITIAL_CAPACITY);
        }
        out.resize(BatchCodec.HEADER_BYTES);
        actions = new ArrayList<>();
    }

    /** Whether the turn may be added; to one that is empty it always may. */
    boolean hasRoomFor(Turn turn) {
        return isEmpty() || bytes() + turn.bytes() <= MAX_BYTES;
    }

    /** Adds all of a turn, which may be begun anew then. */
    void append(Turn turn) {
        out.append(turn.octets());
        actions.addAll(turn.actions());
    }

    boolean isEmpty() {
        return actions.isEmpty();
    }

    /** How many there are so far. */
    int actions() {
        return actions.size();
    }

    /** The bytes of the actions so far. */
    int bytes() {
        return out.size() - BatchCodec.HEADER_BYTES;
    }

    /** Closes the batch, and begins another. */
    Proposal seal(int rules, long term, long number, long timeMs) {
        BatchCodec.seal(out, actions.size(), rules, term, number, timeMs);
        // As long as it is, and no more: the log keeps it in memory.
        var content = ByteString.copyFrom(out.array(), 0, out.size());
        var batch = new Batch(rules, term, number, timeMs, actions);
        begin();
        return new Proposal(batch, content);
    }
}
