/** The client library. What is in {@code internal} is not for programs, and on the module path not to be had. */
module io.dflockd.client {
    requires io.dflockd.protocol;
    requires jdk.net;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports io.dflockd.client;
    exports io.dflockd.client.connection;
    exports io.dflockd.client.error;
    exports io.dflockd.client.event;
    exports io.dflockd.client.spi;
}
