package io.dflockd.client.error;

import org.jspecify.annotations.Nullable;

/**
 * Not granted within the time that the caller was ready to wait. Nothing is held; the place in the queue is given
 * up.
 */
public final class AcquireTimeoutException extends DflockdException {
    public AcquireTimeoutException(String message) {
        this(message, null);
    }

    public AcquireTimeoutException(String message, @Nullable Throwable cause) {
        super(ErrorCode.TIMEOUT, message, cause);
    }
}
