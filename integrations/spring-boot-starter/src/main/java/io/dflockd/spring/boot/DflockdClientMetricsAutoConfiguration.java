package io.dflockd.spring.boot;

import io.dflockd.client.DflockdClient;
import io.dflockd.micrometer.DflockdClientMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** What the client itself counts, as meters. Apart from what it needs to be built, since this needs the client. */
@AutoConfiguration(after = {DflockdAutoConfiguration.class, DflockdMetricsAutoConfiguration.class})
@ConditionalOnClass(MeterRegistry.class)
public class DflockdClientMetricsAutoConfiguration {
    @Bean
    @ConditionalOnBean({MeterRegistry.class, DflockdClient.class})
    @ConditionalOnMissingBean
    DflockdClientMetrics dflockdClientMetrics(DflockdClient client) {
        return new DflockdClientMetrics(client);
    }
}
