package io.dflockd.client.error;

/**
 * What kind of failure a {@link DflockdException} is. Names never change their meaning, so they may be stored, counted
 * and compared; later versions can add some.
 */
public enum ErrorCode {
    /** See {@link AcquireTimeoutException}. */
    TIMEOUT,
    /** See {@link MaxLocksException}. */
    MAX_LOCKS,
    /** See {@link MaxWaitersException}. */
    MAX_WAITERS,
    /** See {@link MaxKeysException}. */
    MAX_KEYS,
    /** See {@link ServerErrorException}. */
    SERVER,
    /** See {@link NotQueuedException}. */
    NOT_QUEUED,
    /** See {@link AlreadyQueuedException}. */
    ALREADY_QUEUED,
    /** See {@link LimitMismatchException}. */
    LIMIT_MISMATCH,
    /** See {@link TypeMismatchException}. */
    TYPE_MISMATCH,
    /** See {@link LeaseExpiredException}. */
    LEASE_EXPIRED,
    /** See {@link AuthenticationException}. */
    AUTH,
    /** See {@link NotFoundException}. */
    NOT_FOUND,
    /** See {@link ListFullException}. */
    LIST_FULL,
    /** See {@link BarrierCountMismatchException}. */
    BARRIER_COUNT_MISMATCH,
    /** See {@link ServerDrainingException}. */
    DRAINING,
    /** See {@link DeniedException}. */
    DENIED,
    /** See {@link AnswerTooLargeException}. */
    TOO_LARGE,
    /** See {@link ConnectionFailedException}. */
    CONNECTION_FAILED,
    /** See {@link ConnectionLostException}. */
    CONNECTION_LOST,
    /** See {@link NoAnswerException}. */
    NO_ANSWER,
    /** See {@link LeaseLostException}. */
    LEASE_LOST,
    /** See {@link ProtocolException}. */
    PROTOCOL,
    /** See {@link TooManyRequestsException}. */
    TOO_MANY_REQUESTS,
    /** See {@link ClientClosedException}. */
    CLIENT_CLOSED
}
