package io.dflockd.http.route;

/** Which member of a cluster answers a route. */
public enum Place {
    /** Each for itself. */
    EVERY_NODE,
    /** The one that leads, as only it has the state that counts. */
    LEADER
}
