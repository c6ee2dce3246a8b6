package io.dflockd.service;

/**
 * A lease as clients know it and as the engine counts it. The engine's time is cut to whole milliseconds; a lease must not
 * end early by what was cut when it began, so the engine is given one more, which nobody is told.
 */
public final class Leases {
    private static final long CUT_MS = 1;

    private Leases() {}

    /** What the engine is given for a lease that a client asks for. */
    public static long counted(long toldMs) {
        return toldMs + CUT_MS;
    }

    /** What clients are told of a lease, or of what is left of it; 0 or more. */
    public static long told(long countedMs) {
        return Math.max(0, countedMs - CUT_MS);
    }
}
