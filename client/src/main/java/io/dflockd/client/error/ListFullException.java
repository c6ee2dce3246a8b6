package io.dflockd.client.error;

import org.jspecify.annotations.Nullable;

/** The list is as long as it may be. Nothing was added. */
public final class ListFullException extends DflockdException {
    public ListFullException(String message) {
        this(message, null);
    }

    public ListFullException(String message, @Nullable Throwable cause) {
        super(ErrorCode.LIST_FULL, message, cause);
    }
}
