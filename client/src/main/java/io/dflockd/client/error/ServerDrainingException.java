package io.dflockd.client.error;

import org.jspecify.annotations.Nullable;

/** The server is drained or shuts down, and takes nothing new. Another server, or this one later, may. */
public final class ServerDrainingException extends DflockdException {
    public ServerDrainingException(String message) {
        this(message, null);
    }

    public ServerDrainingException(String message, @Nullable Throwable cause) {
        super(ErrorCode.DRAINING, message, cause);
    }
}
