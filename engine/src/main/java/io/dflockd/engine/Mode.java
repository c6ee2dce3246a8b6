package io.dflockd.engine;

/** What kind of hold is asked for. */
public enum Mode {
    /** A lock or a permit of a semaphore: a lock is a semaphore with one permit. */
    PERMIT,
    /** A permit that makes its holder the leader of an election, which observers are told of. */
    LEADERSHIP,
    /** Shared with other readers. */
    READ,
    /** Shared with nobody. */
    WRITE;

    boolean isReadWrite() {
        return this == READ || this == WRITE;
    }
}
