package io.dflockd.protocol;

/** Which of the released clients an answer is for. */
public enum Dialect {
    CURRENT,
    /** Grants and renewals without the fence, which old clients would take for nonsense. */
    LEGACY
}
