package io.dflockd.opentelemetry;

import io.opentelemetry.api.common.AttributeKey;

/** The names of scope and attributes. OpenTelemetry has conventions for servers and errors, and none for locks. */
final class Names {
    static final String SCOPE = "io.dflockd.client";
    static final AttributeKey<String> KEY = AttributeKey.stringKey("dflockd.key");
    static final AttributeKey<String> KIND = AttributeKey.stringKey("dflockd.kind");
    static final AttributeKey<String> NAME = AttributeKey.stringKey("dflockd.name");
    static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("dflockd.outcome");
    static final AttributeKey<String> END = AttributeKey.stringKey("dflockd.end");
    static final AttributeKey<String> REASON = AttributeKey.stringKey("dflockd.reason");
    static final AttributeKey<Long> FENCE = AttributeKey.longKey("dflockd.fence");
    static final AttributeKey<Double> WAIT = AttributeKey.doubleKey("dflockd.wait.timeout");
    static final AttributeKey<String> SERVER = AttributeKey.stringKey("server.address");
    static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");
    static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

    private Names() {}
}
