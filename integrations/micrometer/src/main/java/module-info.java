/** What a client does, as meters and observations of Micrometer. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // their names are declared
module io.dflockd.micrometer {
    requires transitive io.dflockd.client;
    requires transitive micrometer.core;
    requires transitive micrometer.observation;
    requires transitive micrometer.commons;
    requires static transitive org.jspecify;

    exports io.dflockd.micrometer;
}
