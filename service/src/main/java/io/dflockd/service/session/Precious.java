package io.dflockd.service.session;

import io.dflockd.engine.Outcome;

/**
 * What an answer gave to its receiver alone, a popped value or a grant: somebody else must get it where the answer does
 * not arrive.
 */
public record Precious(Outcome.Precious outcome) {
    /** What it takes to remember one, beside the octets of its value and of its key. */
    public static final int OBJECT_BYTES = 160;

    /** What it takes to remember it: much more than its line where that is short. */
    public int bytes() {
        int value = outcome instanceof Outcome.Popped popped ? popped.value().length() : 0;
        return OBJECT_BYTES + outcome.key().length() + value;
    }
}
