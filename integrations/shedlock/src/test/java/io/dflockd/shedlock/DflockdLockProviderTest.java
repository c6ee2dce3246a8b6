package io.dflockd.shedlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.connection.Connection;
import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.WithoutExtensions;
import java.time.Duration;
import java.time.Instant;
import net.javacrumbs.shedlock.core.ExtensibleLockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.support.LockException;
import net.javacrumbs.shedlock.test.support.AbstractExtensibleLockProviderIntegrationTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** ShedLock's own suite for providers that can extend, and what it does not ask. */
class DflockdLockProviderTest extends AbstractExtensibleLockProviderIntegrationTest {
    private static DflockdServer server;

    @AutoClose final DflockdClient client = newClient();

    @BeforeAll
    static void start() {
        server = DflockdServer
                .start(ServerConfig.builder().set(Setting.PORT, "0").set(Setting.ADMIN_PORT, "off").build());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static DflockdClient newClient() {
        return DflockdClient.connect("127.0.0.1:" + server.address().getPort());
    }

    @Override
    protected ExtensibleLockProvider getLockProvider() {
        return new DflockdLockProvider(client);
    }

    @Override
    protected void assertUnlocked(String lockName) {
        assertThat(isHeld(lockName)).as(lockName).isFalse();
    }

    @Override
    protected void assertLocked(String lockName) {
        assertThat(isHeld(lockName)).as(lockName).isTrue();
    }

    static boolean isHeld(String lockName) {
        try (var connection = Connection.dial("127.0.0.1:" + server.address().getPort())) {
            var unused = connection.hello("test");
            return connection.holds().holders("shedlock/" + lockName).contains("\"fence\"");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static LockConfiguration configuration(String name, Duration most, Duration least) {
        return new LockConfiguration(Instant.now(), name, most, least);
    }

    @Test
    void aLockOutlivesItsClientUntilItsTimeHasPassed() {
        try (var dying = newClient()) {
            assertThat(new DflockdLockProvider(dying)
                    .lock(configuration("crashed", Duration.ofMinutes(1), Duration.ZERO))).isPresent();
        }

        assertThat(getLockProvider().lock(configuration("crashed", Duration.ofMinutes(1), Duration.ZERO))).isEmpty();
    }

    @Test
    void theLeastTimeOutlivesItsClient() {
        try (var brief = newClient()) {
            new DflockdLockProvider(brief).lock(configuration("brief", Duration.ofMinutes(2), Duration.ofMinutes(1)))
                    .orElseThrow()
                    .unlock();
        }

        assertLocked("brief");
        assertThat(getLockProvider().lock(configuration("brief", Duration.ofMinutes(1), Duration.ZERO))).isEmpty();
    }

    /** What the configuration says of wall-clock times is not used. */
    @Test
    void theClockOfTheNodeDoesNotMatter() {
        var slow = new LockConfiguration(Instant.now().minus(Duration.ofHours(1)), "clock", Duration.ofMinutes(1),
                Duration.ZERO);

        var held = getLockProvider().lock(slow).orElseThrow();

        assertLocked("clock");
        held.unlock();
        assertUnlocked("clock");
    }

    @Test
    void noServerIsNoLock() {
        try (var lost = DflockdClient.builder()
                .server("127.0.0.1:1")
                .connectTimeout(Duration.ofMillis(200))
                .build()) {
            assertThatThrownBy(() -> new DflockdLockProvider(lost)
                    .lock(configuration("nowhere", Duration.ofMinutes(1), Duration.ZERO)))
                    .isInstanceOf(LockException.class)
                    .hasMessageContaining("shedlock/nowhere");
        }
    }

    /** It knows how to hold something for somebody who is connected, and no more. */
    @Test
    void aServerWithoutExtensionsIsNoLockForWhatShallOutliveItsProcess() throws Exception {
        try (var old = new WithoutExtensions(server.address());
                var over = DflockdClient.connect("127.0.0.1:" + old.address().getPort())) {
            var provider = new DflockdLockProvider(over);
            assertThatThrownBy(() -> provider.lock(configuration("old", Duration.ofMinutes(1), Duration.ZERO)))
                    .isInstanceOf(LockException.class)
                    .hasMessageContaining("shedlock/old was given back")
                    .hasMessageContaining("the Go server");
            Eventually.await("it was given back", Duration.ofSeconds(30), () -> !isHeld("old"));

            var held = provider.releaseOnCrash()
                    .lock(configuration("old", Duration.ofMinutes(1), Duration.ofSeconds(50)))
                    .orElseThrow();
            assertLocked("old");
            assertThatThrownBy(held::unlock).isInstanceOf(LockException.class)
                    .hasMessageContaining("before lockAtLeastFor had passed");
            Eventually.await("it was given back", Duration.ofSeconds(30), () -> !isHeld("old"));

            provider.releaseOnCrash()
                    .lock(configuration("old", Duration.ofMinutes(1), Duration.ZERO))
                    .orElseThrow()
                    .unlock();
            assertUnlocked("old");
        }
    }
}
