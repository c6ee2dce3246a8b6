package io.dflockd.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.opentelemetry.OpenTelemetryClientMetrics;
import io.dflockd.opentelemetry.OpenTelemetryClientObserver;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Boot itself makes the OpenTelemetry that ours looks for, which is found only if Boot's configuration has its turn before. */
@Timeout(120)
class OpenTelemetryOfBootTest {
    private static final String CONFIGURATION = System.getProperty("boot.version").startsWith("3.")
            ? "org.springframework.boot.actuate.autoconfigure.opentelemetry.OpenTelemetryAutoConfiguration"
            : "org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration";

    @Test
    void itIsFound() throws ClassNotFoundException {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DflockdAutoConfiguration.class,
                        DflockdMetricsAutoConfiguration.class, DflockdOpenTelemetryAutoConfiguration.class,
                        Class.forName(CONFIGURATION)))
                .withPropertyValues("dflockd.server=127.0.0.1:1", "spring.application.name=orders")
                .run(context -> assertThat(context)
                        .getBean(OpenTelemetry.class)
                        .isInstanceOf(OpenTelemetrySdk.class)
                        .satisfies(telemetry -> assertThat(context)
                                .hasSingleBean(OpenTelemetryClientObserver.class)
                                .hasSingleBean(OpenTelemetryClientMetrics.class)));
    }
}
