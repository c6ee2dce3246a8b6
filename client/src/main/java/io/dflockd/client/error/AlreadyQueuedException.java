package io.dflockd.client.error;

import org.jspecify.annotations.Nullable;

/** This connection already has a place in the queue of this key. */
public final class AlreadyQueuedException extends DflockdException {
    public AlreadyQueuedException(String message) {
        this(message, null);
    }

    public AlreadyQueuedException(String message, @Nullable Throwable cause) {
        super(ErrorCode.ALREADY_QUEUED, message, cause);
    }
}
