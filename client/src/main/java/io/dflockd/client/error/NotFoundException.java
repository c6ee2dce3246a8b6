package io.dflockd.client.error;

import org.jspecify.annotations.Nullable;

/** There is no value or list item under this key, and the call was one that needs one. */
public final class NotFoundException extends DflockdException {
    public NotFoundException(String message) {
        this(message, null);
    }

    public NotFoundException(String message, @Nullable Throwable cause) {
        super(ErrorCode.NOT_FOUND, message, cause);
    }
}
