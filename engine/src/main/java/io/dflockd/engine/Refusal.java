package io.dflockd.engine;

/** Why a command changed nothing. Where several apply, the engine answers with the one that it checks first. */
public enum Refusal {
    /** No such token, or a request that makes no sense in this state. */
    INVALID,
    /** The session already has a place or an uncollected hold for the key. */
    ALREADY_ENQUEUED,
    /** The session has no place to wait in for the key. */
    NOT_ENQUEUED,
    /** The lease ran out before the command came. */
    LEASE_EXPIRED,
    /** The key is a read-write lock and the command means another kind, or the other way round. */
    TYPE_MISMATCH,
    /** The key has another number of permits. */
    LIMIT_MISMATCH,
    /** The engine has as many lock keys as it may. */
    MAX_LOCKS,
    /** The engine has as many keys, or as many bytes, as it may. */
    MAX_KEYS,
    /** The queue of the key is as long as it may be. */
    MAX_WAITERS,
    /** The list has as many values as it may. */
    LIST_FULL,
    /** Others wait at the barrier for another number of participants. */
    BARRIER_COUNT_MISMATCH,
    /** The session has as many subscriptions as it may. */
    MAX_SUBSCRIPTIONS,
    /** The server is about to stop. */
    DRAINING,
    /** Who asks may not do this. */
    DENIED,
    /** The answer would be longer than any may be. */
    TOO_LARGE,
    /** Who asks does so more often than it may. */
    MAX_REQUESTS
}
