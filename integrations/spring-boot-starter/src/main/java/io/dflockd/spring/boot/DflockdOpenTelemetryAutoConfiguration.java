package io.dflockd.spring.boot;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.spi.KeyNaming;
import io.dflockd.opentelemetry.OpenTelemetryClientMetrics;
import io.dflockd.opentelemetry.OpenTelemetryClientObserver;
import io.opentelemetry.api.OpenTelemetry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * Spans and metrics by OpenTelemetry itself, where the program has it as a bean and does not have Micrometer do the same: an
 * ObservationRegistry makes the spans, and a MeterRegistry the metrics.
 */
@AutoConfiguration(before = DflockdAutoConfiguration.class, after = DflockdMetricsAutoConfiguration.class, afterName = {
        "org.springframework.boot.actuate.autoconfigure.opentelemetry.OpenTelemetryAutoConfiguration",
        "org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration",
        "io.opentelemetry.instrumentation.spring.autoconfigure.OpenTelemetryAutoConfiguration"})
@ConditionalOnClass(OpenTelemetry.class)
@ConditionalOnBean(OpenTelemetry.class)
@ConditionalOnProperty(name = "dflockd.enabled", matchIfMissing = true)
@Import(KeyNamingConfiguration.class)
public class DflockdOpenTelemetryAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean(value = OpenTelemetryClientObserver.class, type = "io.micrometer.observation.ObservationRegistry")
    OpenTelemetryClientObserver dflockdOpenTelemetryObserver(OpenTelemetry telemetry, KeyNaming naming) {
        return new OpenTelemetryClientObserver(telemetry, naming);
    }

    @Bean
    @ConditionalOnMissingBean(value = OpenTelemetryClientMetrics.class, type = "io.micrometer.core.instrument.MeterRegistry")
    OpenTelemetryClientMetrics dflockdOpenTelemetryMetrics(OpenTelemetry telemetry, DflockdClient client) {
        return new OpenTelemetryClientMetrics(telemetry, client);
    }
}
