package io.dflockd.http.route;

/** What a route can be asked to do. {@code HEAD} is a {@code GET} whose answer has no body. */
public enum Method {
    GET,
    POST,
    PUT,
    DELETE;

    /** Whether it may change something. */
    public boolean writes() {
        return this != GET;
    }
}
