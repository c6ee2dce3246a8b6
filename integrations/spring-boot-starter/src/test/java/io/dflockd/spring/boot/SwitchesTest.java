package io.dflockd.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.dflockd.client.DflockdClient;
import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.spring.CurrentLease;
import io.dflockd.spring.LeaderOnly;
import io.dflockd.spring.LeaderRegistration;
import io.dflockd.spring.WithLock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What is on and what is off, and the end. */
@Timeout(120)
class SwitchesTest {
    @AutoClose private final DflockdServer server = DflockdServer.start(
            ServerConfig.builder().set(Setting.PORT, "0").set(Setting.ADMIN_PORT, "off").build());

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DflockdAutoConfiguration.class,
                    DflockdDisabledAutoConfiguration.class, DflockdHealthAutoConfiguration.class))
            .withPropertyValues("dflockd.server=127.0.0.1:" + server.address().getPort());

    /** These tests run twice: once on each line. */
    @Test
    void bootIsTheOneThatIsMeant() {
        assertThat(SpringBootVersion.getVersion()).isEqualTo(System.getProperty("boot.version"));
    }

    static class Jobs {
        @WithLock(key = "nightly")
        public String run() {
            return CurrentLease.get().key();
        }

        @WithLock(key = "nightly")
        public String ran() {
            return "ran";
        }

        @LeaderOnly("sweeper")
        public String swept() {
            return "swept";
        }
    }

    record AtTheEnd(Jobs jobs) implements DisposableBean {
        static final List<String> SEEN = new ArrayList<>();

        @Override
        public void destroy() {
            SEEN.add(jobs.run());
        }
    }

    @Test
    void theClientIsClosedAfterTheBeansThatHaveLockedMethods() {
        var leading = runner.withBean(LeaderRegistration.class, () -> new LeaderRegistration("sweeper"));
        AtTheEnd.SEEN.clear();
        leading.withBean(Jobs.class).withBean(AtTheEnd.class).run(context -> {});
        leading.withBean(AtTheEnd.class).withBean(Jobs.class).run(context -> context.getBean(DflockdClient.class));

        assertThat(AtTheEnd.SEEN).containsExactly("nightly", "nightly");
    }

    private static List<String> warnings(Runnable code) {
        var logger = (Logger) LoggerFactory.getLogger("io.dflockd.spring.boot");
        var appender = new ListAppender<ILoggingEvent>();
        appender.start();
        logger.addAppender(appender);
        try {
            code.run();
        } finally {
            logger.detachAppender(appender);
        }
        return appender.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Test
    void withoutTheClientMethodsRunUnprotectedAndTheStartSaysSo() {
        var program = runner.withBean(Jobs.class)
                .withBean(LeaderRegistration.class, () -> new LeaderRegistration("sweeper"));

        var said = warnings(() -> program.withPropertyValues("dflockd.enabled=false").run(context -> {
            assertThat(context).hasNotFailed().doesNotHaveBean(DflockdClient.class);
            assertThat(context.getBean(LeaderRegistration.class).isRunning()).isFalse();
            assertThat(context.getBean(Jobs.class).ran()).isEqualTo("ran");
            assertThat(context.getBean(Jobs.class).swept()).isEqualTo("swept");
        }));

        assertThat(said).singleElement()
                .asString()
                .contains("dflockd.enabled", "@WithLock", "without a lock", "@LeaderOnly", "every process");
    }

    @Test
    void withoutTheAnnotationMethodsRunWithoutALockAndTheStartSaysSo() {
        var program = runner.withBean(Jobs.class)
                .withBean(LeaderRegistration.class, () -> new LeaderRegistration("sweeper"));

        var said = warnings(() -> program.withPropertyValues("dflockd.with-lock.enabled=false")
                .run(context -> assertThat(context.getBean(Jobs.class).ran()).isEqualTo("ran")));

        assertThat(said).singleElement()
                .asString()
                .contains("dflockd.with-lock.enabled", "@WithLock", "without a lock")
                .doesNotContain("@LeaderOnly");
        assertThat(warnings(() -> program.run(context -> assertThat(context).hasNotFailed()))).isEmpty();
    }

    interface Named {
        String name();
    }

    static class Locked implements Named {
        @Override
        @WithLock(key = "#{#root.method.name}")
        public String name() {
            return CurrentLease.get().key();
        }
    }

    @Test
    void proxiesAreOfTheKindThatBootIsToldToMake() {
        runner.withBean(Locked.class).run(context -> {
            assertThat(AopUtils.isCglibProxy(context.getBean(Named.class))).isTrue();
            assertThat(context.getBean(Locked.class).name()).isEqualTo("name");
        });
        runner.withBean(Locked.class).withPropertyValues("spring.aop.proxy-target-class=false").run(context -> {
            assertThat(AopUtils.isJdkDynamicProxy(context.getBean(Named.class))).isTrue();
            assertThat(context.getBean(Named.class).name()).isEqualTo("name");
        });
    }

    @Test
    void healthIsThereUnlessItOrAllHealthsAreOff() {
        runner.withPropertyValues("management.health.defaults.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean("dflockdHealthIndicator"));
        runner.withPropertyValues("management.health.defaults.enabled=false", "management.health.dflockd.enabled=true")
                .run(context -> assertThat(context).hasBean("dflockdHealthIndicator"));
        runner.withPropertyValues("management.health.dflockd.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean("dflockdHealthIndicator"));
        runner.run(context -> assertThat(context).hasBean("dflockdHealthIndicator"));
    }
}
