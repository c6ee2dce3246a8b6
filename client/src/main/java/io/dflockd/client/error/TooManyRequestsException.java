package io.dflockd.client.error;

import org.jspecify.annotations.Nullable;

/** As many requests as allowed are already waiting for their answers on this connection. Nothing was sent. */
public final class TooManyRequestsException extends DflockdException {
    public TooManyRequestsException(String message) {
        this(message, null);
    }

    public TooManyRequestsException(String message, @Nullable Throwable cause) {
        super(ErrorCode.TOO_MANY_REQUESTS, message, cause);
    }
}
