module shop {
    requires io.dflockd.client;
    requires io.dflockd.kotlin;
    requires io.dflockd.micrometer;
    requires io.dflockd.opentelemetry;
    requires io.dflockd.protocol;
    requires io.dflockd.shedlock;
}
