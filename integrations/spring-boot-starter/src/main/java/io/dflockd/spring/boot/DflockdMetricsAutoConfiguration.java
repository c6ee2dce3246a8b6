package io.dflockd.spring.boot;

import io.dflockd.client.spi.KeyNaming;
import io.dflockd.micrometer.AcquireConvention;
import io.dflockd.micrometer.HoldTimer;
import io.dflockd.micrometer.ObservationClientObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * What sees each acquisition of the client, where the program has Micrometer. Beans of the types {@link KeyNaming} and
 * {@link AcquireConvention} say how it is named.
 */
@AutoConfiguration(before = DflockdAutoConfiguration.class, afterName = {
        "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
        "org.springframework.boot.actuate.autoconfigure.observation.ObservationAutoConfiguration",
        "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
        "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"})
@ConditionalOnClass(MeterRegistry.class)
@Import(KeyNamingConfiguration.class)
public class DflockdMetricsAutoConfiguration {
    @Bean
    @ConditionalOnBean(MeterRegistry.class)
    @ConditionalOnMissingBean
    HoldTimer dflockdHoldTimer(MeterRegistry registry, KeyNaming naming) {
        return new HoldTimer(registry, naming);
    }

    @Bean
    @ConditionalOnBean(ObservationRegistry.class)
    @ConditionalOnMissingBean
    ObservationClientObserver dflockdObservations(ObservationRegistry registry, KeyNaming naming,
            ObjectProvider<AcquireConvention> convention) {
        return new ObservationClientObserver(registry, naming, convention.getIfAvailable(AcquireConvention::new));
    }
}
