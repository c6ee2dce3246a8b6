package io.dflockd.client.error;

import org.jspecify.annotations.Nullable;

/** The server refused the request without a reason that has an exception of its own; the message has its answer. */
public final class ServerErrorException extends DflockdException {
    public ServerErrorException(String message) {
        this(message, null);
    }

    public ServerErrorException(String message, @Nullable Throwable cause) {
        super(ErrorCode.SERVER, message, cause);
    }
}
