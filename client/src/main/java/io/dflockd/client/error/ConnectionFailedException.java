package io.dflockd.client.error;

import org.jspecify.annotations.Nullable;

/** No connection came about, so nothing was asked of the server: trying again is safe. */
public final class ConnectionFailedException extends DflockdException {
    public ConnectionFailedException(String message) {
        this(message, null);
    }

    public ConnectionFailedException(String message, @Nullable Throwable cause) {
        super(ErrorCode.CONNECTION_FAILED, message, cause);
    }
}
