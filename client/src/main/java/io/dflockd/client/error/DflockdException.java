package io.dflockd.client.error;

import org.jspecify.annotations.Nullable;

/**
 * Something that was asked of a dflockd server did not happen. Each subclass is named for what the caller can do about
 * it; {@link #code()} says the same for a {@code switch} or a metric. Messages name the key, what was asked and the
 * server's address, never a secret.
 *
 * <p>Wrong arguments are not among these: they are {@link IllegalArgumentException}, thrown before anything is sent.
 */
public abstract sealed class DflockdException extends RuntimeException
        permits AcquireTimeoutException, MaxLocksException, MaxWaitersException, MaxKeysException, ServerErrorException,
        NotQueuedException, AlreadyQueuedException, LimitMismatchException, TypeMismatchException,
        LeaseExpiredException, AuthenticationException, NotFoundException, ListFullException,
        BarrierCountMismatchException, ServerDrainingException, DeniedException, AnswerTooLargeException,
        ConnectionFailedException, ConnectionLostException, ClientClosedException,
        LeaseLostException, NoAnswerException, ProtocolException, TooManyRequestsException {
    private final ErrorCode code;

    DflockdException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The kind of failure, stable over versions. */
    public final ErrorCode code() {
        return code;
    }
}
