package io.dflockd.client.error;

import org.jspecify.annotations.Nullable;

/** The key is in use with another limit. A lock and an election count as a semaphore of limit 1. */
public final class LimitMismatchException extends DflockdException {
    public LimitMismatchException(String message) {
        this(message, null);
    }

    public LimitMismatchException(String message, @Nullable Throwable cause) {
        super(ErrorCode.LIMIT_MISMATCH, message, cause);
    }
}
