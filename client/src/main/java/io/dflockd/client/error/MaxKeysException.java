package io.dflockd.client.error;

import org.jspecify.annotations.Nullable;

/** The server stores as many counters, values, lists and barriers as it may. Nothing was changed. */
public final class MaxKeysException extends DflockdException {
    public MaxKeysException(String message) {
        this(message, null);
    }

    public MaxKeysException(String message, @Nullable Throwable cause) {
        super(ErrorCode.MAX_KEYS, message, cause);
    }
}
