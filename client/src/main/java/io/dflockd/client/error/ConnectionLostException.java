package io.dflockd.client.error;

import org.jspecify.annotations.Nullable;

/**
 * The connection ended, or was closed because an answer was overdue, while the request was under way. The server may
 * or may not have carried it out; unless told otherwise it has released all that the connection held.
 */
public final class ConnectionLostException extends DflockdException {
    public ConnectionLostException(String message) {
        this(message, null);
    }

    public ConnectionLostException(String message, @Nullable Throwable cause) {
        super(ErrorCode.CONNECTION_LOST, message, cause);
    }
}
