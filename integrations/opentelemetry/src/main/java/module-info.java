/** Spans and metrics of a client by the API of OpenTelemetry. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // their names are declared
module io.dflockd.opentelemetry {
    requires transitive io.dflockd.client;
    requires transitive io.opentelemetry.api;
    requires transitive io.opentelemetry.context;
    requires static transitive org.jspecify;

    exports io.dflockd.opentelemetry;
}
