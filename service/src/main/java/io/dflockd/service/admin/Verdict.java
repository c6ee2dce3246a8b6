package io.dflockd.service.admin;

/** What came of something that an operator wanted ended. */
public enum Verdict {
    DONE,
    /** It is not there, or not any more. */
    GONE,
    /** The server stops, or another node leads by now: whether it was done is to be looked up there. */
    UNKNOWN
}
