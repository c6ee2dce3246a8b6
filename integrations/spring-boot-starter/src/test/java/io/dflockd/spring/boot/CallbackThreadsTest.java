package io.dflockd.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.mock.env.MockEnvironment;

/** Which threads callbacks run on. */
@Timeout(120)
class CallbackThreadsTest {
    private static final int OLD = 17;
    private static final int NEW = 21;

    @AutoClose private final DflockdServer server = DflockdServer.start(
            ServerConfig.builder().set(Setting.PORT, "0").set(Setting.ADMIN_PORT, "off").build());

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DflockdAutoConfiguration.class))
            .withPropertyValues("dflockd.server=127.0.0.1:" + server.address().getPort());

    @Test
    void theyAreVirtualWhereBootsAreOrThePropertySaysSo() {
        assertCallbacks(runner, false);
        assertCallbacks(runner.withPropertyValues("spring.threads.virtual.enabled=true"), true);
        assertCallbacks(runner.withPropertyValues("dflockd.virtual-threads=true"), true);
        assertCallbacks(
                runner.withPropertyValues("spring.threads.virtual.enabled=true", "dflockd.virtual-threads=false"),
                false);
    }

    private static void assertCallbacks(ApplicationContextRunner runner, boolean virtual) {
        runner.run(context -> {
            var client = context.getBean(DflockdClient.class);
            var thread = client.lock("threads")
                    .acquireAsync()
                    .thenApply(lease -> {
                        var unused = lease.releaseAsync();
                        return Thread.currentThread().toString();
                    })
                    .get(30, TimeUnit.SECONDS);
            assertThat(thread.startsWith("VirtualThread")).as(thread).isEqualTo(virtual);
        });
    }

    @Test
    void onAnOlderJavaBootsPropertyIsLeftAsideAndOursEndsTheStart() {
        var virtual = new MockEnvironment().withProperty("spring.threads.virtual.enabled", "true");
        assertThat(CallbackThreads.areVirtual(null, virtual, NEW)).isTrue();
        assertThat(CallbackThreads.areVirtual(null, virtual, OLD)).isFalse();
        assertThat(CallbackThreads.areVirtual(false, virtual, OLD)).isFalse();
        assertThatThrownBy(() -> CallbackThreads.areVirtual(true, virtual, OLD))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("dflockd.virtual-threads = true takes Java 21 or later, and this is 17;"
                        + " valid is false, or nothing");
    }
}
