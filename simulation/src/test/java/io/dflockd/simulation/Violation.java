package io.dflockd.simulation;

/** Something that must never be was seen. */
final class Violation extends RuntimeException {
    Violation(String what) {
        super(what);
    }

    Violation(String what, Throwable cause) {
        super(what, cause);
    }

    static void require(boolean holds, String what) {
        if (!holds) {
            throw new Violation(what);
        }
    }
}
