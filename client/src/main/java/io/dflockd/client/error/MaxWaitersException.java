package io.dflockd.client.error;

import org.jspecify.annotations.Nullable;

/** The queue of this key is as long as it may be. Nothing is held and no place is taken. */
public final class MaxWaitersException extends DflockdException {
    public MaxWaitersException(String message) {
        this(message, null);
    }

    public MaxWaitersException(String message, @Nullable Throwable cause) {
        super(ErrorCode.MAX_WAITERS, message, cause);
    }
}
