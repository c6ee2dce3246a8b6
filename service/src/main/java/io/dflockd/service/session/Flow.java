package io.dflockd.service.session;

/**
 * What has gone over a connection, for people: it decides nothing.
 *
 * @param tls whether the client speaks TLS
 * @param bytesIn what came of the client's requests, without what TLS adds
 * @param bytesOut what was given to the socket for it, likewise
 */
public record Flow(boolean tls, long bytesIn, long bytesOut) {
    /** Of whoever speaks over no connection of his own. */
    public static final Flow NONE = new Flow(false, 0, 0);
}
