package io.dflockd.replication;

import io.dflockd.engine.Action;
import java.util.ArrayList;
import java.util.List;

/** What one thread hands in at a time: actions in their order, as they are and as octets. Not thread-safe. */
final class Turn {
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
        } catch (IllegalArgumentException e) {
            out.resize(before);
            throw e;
        }
        former = action.connection();
        actions.add(action);
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
