package io.dflockd.client.error;

/** Why a hold was lost. */
public enum LossReason {
    /** The lease ran out: the server said so, or no renewal was confirmed in time and the local deadline passed. */
    EXPIRED,
    /**
     * The connection broke, and the server releases what it held: at once, or after the grace of the session, before whose
     * end this is told.
     */
    CONNECTION_LOST,
    /**
     * The server ended the hold before its time, or no longer knows it although the connection stands: somebody released it
     * with its token, an operator took it away, or the server was restarted.
     */
    REVOKED,
    /** The client that the hold came from was closed. */
    CLIENT_CLOSED
}
