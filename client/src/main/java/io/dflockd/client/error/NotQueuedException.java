package io.dflockd.client.error;

import org.jspecify.annotations.Nullable;

/** The wait found no place in the queue: nothing was enqueued before, or the place was used or given up. */
public final class NotQueuedException extends DflockdException {
    public NotQueuedException(String message) {
        this(message, null);
    }

    public NotQueuedException(String message, @Nullable Throwable cause) {
        super(ErrorCode.NOT_QUEUED, message, cause);
    }
}
