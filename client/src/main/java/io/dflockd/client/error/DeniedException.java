package io.dflockd.client.error;

import org.jspecify.annotations.Nullable;

/** The server lets this client not do that. Nothing was changed, and the connection stays. */
public final class DeniedException extends DflockdException {
    public DeniedException(String message) {
        this(message, null);
    }

    public DeniedException(String message, @Nullable Throwable cause) {
        super(ErrorCode.DENIED, message, cause);
    }
}
