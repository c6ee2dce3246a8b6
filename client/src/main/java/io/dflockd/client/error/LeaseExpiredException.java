package io.dflockd.client.error;

import org.jspecify.annotations.Nullable;

/** The lease ran out before the request that relied on it arrived. Nothing is held. */
public final class LeaseExpiredException extends DflockdException {
    public LeaseExpiredException(String message) {
        this(message, null);
    }

    public LeaseExpiredException(String message, @Nullable Throwable cause) {
        super(ErrorCode.LEASE_EXPIRED, message, cause);
    }
}
