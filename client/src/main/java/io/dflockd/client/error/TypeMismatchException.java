package io.dflockd.client.error;

import org.jspecify.annotations.Nullable;

/** The key is in use as something else: a read-write lock here, a lock or semaphore there. */
public final class TypeMismatchException extends DflockdException {
    public TypeMismatchException(String message) {
        this(message, null);
    }

    public TypeMismatchException(String message, @Nullable Throwable cause) {
        super(ErrorCode.TYPE_MISMATCH, message, cause);
    }
}
