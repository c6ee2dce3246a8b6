package io.dflockd.http.route;

/**
 * Who asks.
 *
 * @param name for the audit log
 */
public record Actor(String name) {
    /** Somebody who showed nothing. */
    public static final Actor ANYBODY = new Actor("anybody");
}
