package io.dflockd.client.error;

/** The hold is lost or can no longer be proved: somebody else may have it. Stop what relies on it. */
public final class LeaseLostException extends DflockdException {
    private final LossReason reason;

    public LeaseLostException(String message, LossReason reason) {
        super(ErrorCode.LEASE_LOST, message, null);
        this.reason = reason;
    }

    /** Why the hold was lost, as far as this client can tell. */
    public LossReason reason() {
        return reason;
    }
}
