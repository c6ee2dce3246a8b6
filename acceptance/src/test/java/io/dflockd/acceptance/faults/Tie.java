package io.dflockd.acceptance.faults;

/** What the hold hangs on at the server. */
enum Tie {
    /** A session, which outlives its connection by its grace. */
    SESSION,
    /** A connection of its own, with whose end the server releases it. */
    CONNECTION
}
