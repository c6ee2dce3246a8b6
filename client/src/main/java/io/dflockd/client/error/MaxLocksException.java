package io.dflockd.client.error;

import org.jspecify.annotations.Nullable;

/** The server holds as many locks, semaphores and elections as it may. Nothing is held. */
public final class MaxLocksException extends DflockdException {
    public MaxLocksException(String message) {
        this(message, null);
    }

    public MaxLocksException(String message, @Nullable Throwable cause) {
        super(ErrorCode.MAX_LOCKS, message, cause);
    }
}
