package io.dflockd.engine;

/** What kind of right is held or waited for, as those tell them apart who count them. */
public enum HoldKind {
    LOCK,
    /** Of a semaphore for more than one. */
    PERMIT,
    READ,
    WRITE,
    LEADER;

    static HoldKind of(Mode mode, long limit) {
        return switch (mode) {
            case PERMIT -> limit == 1 ? LOCK : PERMIT;
            case READ -> READ;
            case WRITE -> WRITE;
            case LEADERSHIP -> LEADER;
        };
    }
}
