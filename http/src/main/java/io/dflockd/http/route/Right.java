package io.dflockd.http.route;

/** What somebody must be allowed to do before a route answers. */
public enum Right {
    /** Nothing: everybody may ask, by whatever name of this machine, also from a page of another site. */
    NONE,
    OBSERVE,
    RELEASE,
    SESSIONS,
    DRAIN,
    RELOAD,
    BACKUP;

    /** As the configuration writes it. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    public boolean writes() {
        return this != NONE && this != OBSERVE;
    }
}
