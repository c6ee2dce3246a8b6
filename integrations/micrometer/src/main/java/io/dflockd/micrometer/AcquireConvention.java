package io.dflockd.micrometer;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import java.time.Duration;
import java.util.Locale;

/**
 * Names the observation of an acquisition and its key values, as {@link ObservationClientObserver} describes them. Who wants
 * others overrides what differs, and gives it to the observer; one that is a {@link GlobalObservationConvention} too can be
 * given to the registry.
 */
public class AcquireConvention implements ObservationConvention<AcquireContext> {
    private static final double NANOS_PER_SECOND = 1e9;

    /** Of which nothing is overridden. */
    public AcquireConvention() {}

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof AcquireContext;
    }

    @Override
    public String getName() {
        return "dflockd.client.acquire";
    }

    @Override
    public String getContextualName(AcquireContext context) {
        return "acquire " + context.keyName();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(AcquireContext context) {
        var values = KeyValues.of(KeyValue.of("kind", context.mode().name().toLowerCase(Locale.ROOT)),
                KeyValue.of("name", context.keyName()));
        var outcome = context.outcome();
        return outcome == null ? values : values.and("outcome", outcome);
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(AcquireContext context) {
        var values = KeyValues.of(KeyValue.of("dflockd.key", context.key()),
                KeyValue.of("dflockd.wait.timeout", Double.toString(seconds(context.waitAtMost()))),
                KeyValue.of("server.address", context.server().host()),
                KeyValue.of("server.port", Integer.toString(context.server().port())));
        var lease = context.lease();
        return lease == null ? values : values.and("dflockd.fence", Long.toString(lease.fence()));
    }

    private static double seconds(Duration duration) {
        return duration.getSeconds() + duration.getNano() / NANOS_PER_SECOND;
    }
}
