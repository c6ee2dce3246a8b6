package io.dflockd.client.error;

import org.jspecify.annotations.Nullable;

/**
 * The client is closed. What was asked of it after that was not done; what was under way when it was closed may or may not
 * have been.
 */
public final class ClientClosedException extends DflockdException {
    public ClientClosedException(String message) {
        this(message, null);
    }

    public ClientClosedException(String message, @Nullable Throwable cause) {
        super(ErrorCode.CLIENT_CLOSED, message, cause);
    }
}
