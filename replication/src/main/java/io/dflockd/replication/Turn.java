package io.dflockd.replication;

import io.dflockd.engine.Action;
import java.util.ArrayList;
import java.util.List;

/** What one thread hands in at a time: actions in their order, as they are and as octets. Not thread-safe. */
final class Turn {
    /** How many bytes an action may have: a batch has at most so many, or some that are together less, and one such. */
    static final int MAX_ACTION_BYTES = RaftSettings.MAX_BATCH_BYTES - OpenBatch.MAX_BYTES
            - BatchCodec.HEADER_BYTES - BatchCodec.TRAILER_BYTES;

    private static final int INITIAL_CAPACITY = 1_024;
    /** More room than this is not kept from one turn to the next. */
    private static final int KEPT_CAPACITY = 1 << 16;

    private final List<Action> actions = new ArrayList<>();
    private BatchOutput out = new BatchOutput(INITIAL_CAPACITY);
    private long former = ActionCodec.NONE_BEFORE;

    /** Adds an action; one that the log cannot hold is refused, and the turn stays as it was. */
    void add(Action action) {
        int before = out.size();
        try {
            ActionCodec.write(action, former, out);
            requireFit(out.size() - before);
        } catch (IllegalArgumentException e) {
            out.resize(before);
            throw e;
        }
        former = action.connection();
        actions.add(action);
    }

    private static void requireFit(int bytes) {
        if (bytes > MAX_ACTION_BYTES) {
            throw new IllegalArgumentException(
                    "an action has " + bytes + " bytes, may have " + MAX_ACTION_BYTES + " in a log");
        }
    }

    List<Action> actions() {
        return actions;
    }

    BatchOutput octets() {
        return out;
    }

    int bytes() {
        return out.size();
    }

    boolean isEmpty() {
        return actions.isEmpty();
    }

    /** Begins anew. */
    void clear() {
        actions.clear();
        former = ActionCodec.NONE_BEFORE;
        if (out.capacity() > KEPT_CAPACITY) {
            out = new BatchOutput(INITIAL_CAPACITY);
        } else {
            out.resize(0);
        }
    }
}
