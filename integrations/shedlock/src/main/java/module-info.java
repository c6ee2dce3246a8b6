/** Locks of ShedLock, kept by a dflockd server. */
module io.dflockd.shedlock {
    requires transitive io.dflockd.client;
    requires transitive net.javacrumbs.shedlock.core;
    requires static transitive org.jspecify;

    exports io.dflockd.shedlock;
}
