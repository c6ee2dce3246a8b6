package io.dflockd.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.error.LeaseLostException;
import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Locked methods that are called by locked methods. */
@Timeout(120)
class ReentryTest {
    private static final String ADMIN = "s3cret-of-the-admin";

    @TempDir static Path folder;

    private static DflockdServer server;
    private static DflockdClient client;

    private LockedContext context;
    private Locked locked;

    @BeforeAll
    static void start() throws Exception {
        server = DflockdServer.start(ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.ADMIN_PORT, "off")
                .set(Setting.ADMIN_TOKEN_FILE, Files.writeString(folder.resolve("admin"), ADMIN).toString())
                .build());
        client = DflockdClient.connect("127.0.0.1:" + server.address().getPort());
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @BeforeEach
    void open() {
        context = new LockedContext(client, Locked.class);
        locked = context.get(Locked.class);
    }

    @AfterEach
    void close() {
        context.close();
    }

    /** Each calls what it is given under its own lock. */
    static class Locked {
        @WithLock(key = "a")
        public <T> T a(Supplier<T> inside) {
            return inside.get();
        }

        @WithLock(key = "b")
        public <T> T b(Supplier<T> inside) {
            return inside.get();
        }

        @WithLock(key = "rw", mode = WithLock.Mode.READ)
        public <T> T read(Supplier<T> inside) {
            return inside.get();
        }

        @WithLock(key = "rw", mode = WithLock.Mode.WRITE)
        public <T> T write(Supplier<T> inside) {
            return inside.get();
        }

        @WithLock(key = "rw", mode = WithLock.Mode.PERMIT, permits = 2)
        public <T> T permit(Supplier<T> inside) {
            return inside.get();
        }

        @WithLock(key = "rw")
        public <T> T exclusive(Supplier<T> inside) {
            return inside.get();
        }
    }

    @Test
    void whoIsCalledUnderALockSeesItsOwnLease() {
        var seen = new ArrayList<Long>();
        long again = locked.a(() -> {
            seen.add(CurrentLease.fence());
            return locked.b(() -> {
                seen.add(CurrentLease.fence());
                long inner = locked.a(CurrentLease::fence);
                assertThat(CurrentLease.fence()).isEqualTo(seen.get(1));
                return inner;
            });
        });

        assertThat(seen.get(1)).isGreaterThan(seen.get(0));
        assertThat(again).isEqualTo(seen.get(0));
        assertThatThrownBy(CurrentLease::get).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aReaderRunsUnderTheReadAndUnderTheWriteLockOfItsThread() {
        assertThat(locked.<Boolean>read(() -> {
            long outer = CurrentLease.fence();
            return locked.read(CurrentLease::fence) == outer;
        })).isTrue();
        assertThat(locked.<Boolean>write(() -> {
            long outer = CurrentLease.fence();
            return locked.write(CurrentLease::fence) == outer && locked.read(CurrentLease::fence) == outer;
        })).isTrue();
    }

    @Test
    void whoWouldWaitForItselfIsToldSoAtOnce() {
        var wrong = List.<Callable<Object>>of(() -> locked.read(() -> locked.write(() -> "ran")),
                () -> locked.permit(() -> locked.permit(() -> "ran")),
                () -> locked.write(() -> locked.exclusive(() -> "ran")),
                () -> locked.exclusive(() -> locked.read(() -> "ran")));
        for (var call : wrong) {
            long begun = System.nanoTime();
            assertThatThrownBy(call::call).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("t/rw")
                    .hasMessageContaining("waits for itself");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(9));
        }
        assertThat(locked.<String>write(() -> "free")).isEqualTo("free");
    }

    @Test
    void whatLosesTheLockInsideOfItIsToldBeforeTheOuterGoesOn() {
        var seen = new ArrayList<String>();
        assertThatThrownBy(() -> locked.a(() -> {
            try {
                return locked.a(() -> {
                    loseTheLock();
                    return "done";
                });
            } catch (LeaseLostException e) {
                seen.add("told inside");
                throw e;
            }
        })).isInstanceOf(LeaseLostException.class);
        assertThat(seen).containsExactly("told inside");
    }

    private static void loseTheLock() {
        var lease = CurrentLease.get();
        try (var connection = Connection.dial("127.0.0.1:" + server.address().getPort())) {
            connection.authenticate(ADMIN);
            connection.holds().revoke(lease.key(), lease.fence());
            lease.lost().get(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            assertThat(lease.isValid()).isFalse();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
