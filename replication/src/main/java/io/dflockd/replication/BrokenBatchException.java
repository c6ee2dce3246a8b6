package io.dflockd.replication;

/** Octets that are no batch, or one that this program cannot read. Nothing of it was applied, and nothing must be skipped. */
final class BrokenBatchException extends Exception {
    private static final long serialVersionUID = 1L;

    BrokenBatchException(String reason) {
        super(reason);
    }

    /** Where it stands in the log and what is wrong with it. */
    BrokenBatchException at(long index) {
        var located = new BrokenBatchException(
                "the batch at index " + index + " of the log is broken: " + getMessage());
        located.initCause(this);
        return located;
    }
}
