package io.dflockd.client.error;

import org.jspecify.annotations.Nullable;

/** The other side said something that is no answer to the request. Is it a dflockd server? */
public final class ProtocolException extends DflockdException {
    public ProtocolException(String message) {
        this(message, null);
    }

    public ProtocolException(String message, @Nullable Throwable cause) {
        super(ErrorCode.PROTOCOL, message, cause);
    }
}
