package io.dflockd.client;

/** What a {@link Lease} is a hold of. */
public enum LeaseMode {
    /** An exclusive lock. */
    LOCK,
    /** One permit of a semaphore. */
    PERMIT,
    /** The shared side of a read-write lock. */
    READ,
    /** The exclusive side of a read-write lock. */
    WRITE,
    /** The leadership of an election. */
    LEADERSHIP
}
