package io.dflockd.server.config;

/** Where the value of a setting comes from; the later ones win. */
public enum Origin {
    DEFAULT,
    /** Nobody wished for it, but for something that makes another value the better one. */
    OTHER_SETTINGS,
    FILE,
    ENVIRONMENT,
    FLAG;

    boolean isWish() {
        return compareTo(OTHER_SETTINGS) > 0;
    }
}
