package io.dflockd.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

@DisabledIfSystemProperty(named = "boot.version", matches = "3\\..*", disabledReason = "its classes are those of Boot 4")
@Timeout(120)
class HealthOfBoot4Test {
    @AutoClose private final DflockdServer server = DflockdServer.start(
            ServerConfig.builder().set(Setting.PORT, "0").set(Setting.ADMIN_PORT, "off").build());

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DflockdAutoConfiguration.class,
                    DflockdHealthAutoConfiguration.class))
            .withPropertyValues("dflockd.server=127.0.0.1:" + server.address().getPort());

    @Test
    void healthTellsWhetherTheServerAnswers() {
        runner.run(context -> {
            var health = context.getBean(HealthIndicator.class).health();
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails()).containsEntry("answered", 1).containsEntry("servers", 1);
        });
        runner.withPropertyValues("dflockd.server=127.0.0.1:1", "dflockd.health.down-after=0s")
                .run(context -> assertThat(context.getBean(HealthIndicator.class).health().getStatus())
                        .isEqualTo(Status.DOWN));
        runner.withPropertyValues("management.health.dflockd.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(HealthIndicator.class));
    }
}
