package io.dflockd.spring.boot;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/**
 * Says once at the start that nothing is coordinated where {@code dflockd.enabled} is false: for the one process on a
 * developer's machine that is what is wanted, and anywhere else it is to be seen.
 */
@AutoConfiguration
@ConditionalOnProperty(name = "dflockd.enabled", havingValue = "false")
public class DflockdDisabledAutoConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(DflockdDisabledAutoConfiguration.class);

    @Bean
    static SmartInitializingSingleton dflockdDisabled() {
        return () -> LOG.warn("dflockd.enabled is false: there is no client, methods with @WithLock run without a lock,"
                + " those with @LeaderOnly run in every process, and no LeaderRegistration is a candidate");
    }
}
