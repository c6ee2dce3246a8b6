package io.dflockd.acceptance.faults;

/** What goes wrong between the holder and the server. */
enum Fault {
    /** The connections are reset; new ones are welcome. */
    RESET,
    /** The connections are reset, and new ones refused. */
    REFUSE,
    /** Nothing reaches the server. */
    STALL_UP,
    /** Nothing reaches the holder. */
    STALL_DOWN,
    STALL_BOTH,
    /** The server sees a reset, the holder nothing. */
    HALF_OPEN_AT_HOLDER,
    /** The holder sees a reset, the server nothing. */
    HALF_OPEN_AT_SERVER,
    /** The server's process is stopped, and goes on. */
    SERVER_STOPPED,
    /** The server's process is killed, and another one started at its address. It keeps its state in memory only. */
    SERVER_KILLED,
    /** The holder's process is stopped, and goes on. */
    HOLDER_STOPPED;

    boolean isAtServer() {
        return this == SERVER_STOPPED || this == SERVER_KILLED;
    }

    /** Whether it is over as soon as it has happened. */
    boolean isMoment() {
        return this == RESET || this == HALF_OPEN_AT_HOLDER || this == HALF_OPEN_AT_SERVER;
    }

    /** Whether it must end before anybody else can be granted something. */
    boolean mustEnd() {
        return isAtServer() || this == HOLDER_STOPPED;
    }
}
