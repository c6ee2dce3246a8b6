package io.dflockd.replication;

/** A file that is no whole snapshot. */
final class BrokenSnapshotException extends Exception {
    private static final long serialVersionUID = 1L;

    BrokenSnapshotException(String reason) {
        super(reason);
    }
}
