/** The line protocol: requests, replies and pushes, and their codecs. */
module io.dflockd.protocol {
    requires static transitive org.jspecify;

    exports io.dflockd.protocol;
}
