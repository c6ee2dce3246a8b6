package io.dflockd.shedlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import net.javacrumbs.shedlock.core.ExtensibleLockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.support.KeepAliveLockProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** ShedLock's own provider that extends the locks of another one while their tasks run. */
class KeepAliveTest {
    private static final Duration MOST = Duration.ofSeconds(6);
    private static final int EXTENSIONS = 3;

    private final DflockdServer server = DflockdServer
            .start(ServerConfig.builder().set(Setting.PORT, "0").set(Setting.ADMIN_PORT, "off").build());
    private final DflockdClient client = DflockdClient.connect("127.0.0.1:" + server.address().getPort());
    /** One for each extension that was tried; the provider tries half of {@code lockAtMostFor} after the last. */
    private final Semaphore tried = new Semaphore(0);
    private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(2) {
        @Override
        protected void afterExecute(Runnable task, @Nullable Throwable failure) {
            tried.release();
        }
    };

    @AfterEach
    void close() {
        scheduler.shutdownNow();
        client.close();
        server.close();
    }

    @Test
    void tasksThatRunForLongerThanAtMostKeepTheirLocks() throws Exception {
        var own = new DflockdLockProvider(client);
        long from = System.nanoTime();
        var alone = keepAlive(own).lock(configuration("alone")).orElseThrow();
        var withSession = keepAlive(own.releaseOnCrash()).lock(configuration("with-session")).orElseThrow();

        for (int i = 0; i < EXTENSIONS; i++) {
            assertThat(tried.tryAcquire(2, 60, TimeUnit.SECONDS)).isTrue();
            assertThat(own.lock(configuration("alone"))).as("another, after extension %d", i + 1).isEmpty();
            assertThat(own.lock(configuration("with-session"))).as("another, after extension %d", i + 1).isEmpty();
        }

        assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThan(MOST);
        alone.unlock();
        withSession.unlock();
        own.lock(configuration("alone")).orElseThrow().unlock();
        own.lock(configuration("with-session")).orElseThrow().unlock();
    }

    /** For locks that are shorter than the 30 s that it demands of programs. */
    private LockProvider keepAlive(ExtensibleLockProvider provider) throws ReflectiveOperationException {
        var constructor = KeepAliveLockProvider.class.getDeclaredConstructor(ExtensibleLockProvider.class,
                ScheduledExecutorService.class, Duration.class);
        constructor.setAccessible(true);
        return constructor.newInstance(provider, scheduler, MOST);
    }

    private static LockConfiguration configuration(String name) {
        return new LockConfiguration(Instant.now(), name, MOST, Duration.ZERO);
    }
}
