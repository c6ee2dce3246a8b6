package io.dflockd.protocol;

/** How durations are written: as whole seconds, which everybody understands, or as {@code 250ms}. */
public enum DurationForm {
    SECONDS,
    /** The form of an answer to a request that used it. */
    MILLISECONDS
}
