package io.dflockd.client.error;

import org.jspecify.annotations.Nullable;

/** Others wait at this barrier for a different number of participants. */
public final class BarrierCountMismatchException extends DflockdException {
    public BarrierCountMismatchException(String message) {
        this(message, null);
    }

    public BarrierCountMismatchException(String message, @Nullable Throwable cause) {
        super(ErrorCode.BARRIER_COUNT_MISMATCH, message, cause);
    }
}
