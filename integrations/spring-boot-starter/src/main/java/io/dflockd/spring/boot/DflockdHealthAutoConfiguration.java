package io.dflockd.spring.boot;

import io.dflockd.client.DflockdClient;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * The health of the connection as {@code dflockd}, in the words of the Boot that is there. It belongs into no liveness probe:
 * a restart of the program heals no server.
 */
@AutoConfiguration(after = DflockdAutoConfiguration.class)
@ConditionalOnBean(DflockdClient.class)
@Conditional(DflockdHealthAutoConfiguration.OnEnabled.class)
public class DflockdHealthAutoConfiguration {
    /** As Boot's own, of which there is one for each generation: what is said of this health goes before what is said of all. */
    static class OnEnabled implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            var environment = context.getEnvironment();
            return environment.getProperty("management.health.dflockd.enabled", Boolean.class,
                    environment.getProperty("management.health.defaults.enabled", Boolean.class, true));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.boot.health.contributor.AbstractHealthIndicator")
    static class Boot4 {
        @Bean
        @ConditionalOnMissingBean(name = "dflockdHealthIndicator")
        org.springframework.boot.health.contributor.HealthIndicator dflockdHealthIndicator(DflockdClient client,
                DflockdProperties properties) {
            var answers = new Answers(client, properties.health().downAfter());
            return new org.springframework.boot.health.contributor.AbstractHealthIndicator() {
                @Override
                protected void doHealthCheck(org.springframework.boot.health.contributor.Health.Builder builder) {
                    var health = answers.look();
                    (health.isUp() ? builder.up() : builder.down()).withDetails(health.details());
                }
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.boot.actuate.health.AbstractHealthIndicator")
    @ConditionalOnMissingClass("org.springframework.boot.health.contributor.AbstractHealthIndicator")
    static class Boot3 {
        @Bean
        @ConditionalOnMissingBean(name = "dflockdHealthIndicator")
        org.springframework.boot.actuate.health.HealthIndicator dflockdHealthIndicator(DflockdClient client,
                DflockdProperties properties) {
            var answers = new Answers(client, properties.health().downAfter());
            return new org.springframework.boot.actuate.health.AbstractHealthIndicator() {
                @Override
                protected void doHealthCheck(org.springframework.boot.actuate.health.Health.Builder builder) {
                    var health = answers.look();
                    (health.isUp() ? builder.up() : builder.down()).withDetails(health.details());
                }
            };
        }
    }
}
