package io.dflockd.client.error;

/** Why a hold was lost. */
public enum LossReason {
    /** The lease ran out: the server said so, or no renewal was confirmed in time and the local deadline passed. */
    EXPIRED,
    /** The connection broke, upon which a server releases what it held, and the hold could not be taken up again. */
    CONNECTION_LOST,
    /**
     * The server no longer knows the hold although the connection stands: somebody released it with its token, an
     * operator took it away, or the server was restarted.
     */
    REVOKED,
    /** The client that the hold came from was closed. */
    CLIENT_CLOSED
}
