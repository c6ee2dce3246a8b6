package io.dflockd.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.client.error.AcquireTimeoutException;
import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.core.NestedExceptionUtils;

/** What an annotation says takes effect. */
@Timeout(120)
class LockTermsTest {
    private static DflockdServer server;
    private static DflockdClient client;

    @BeforeAll
    static void start() {
        server = DflockdServer.start(
                ServerConfig.builder().set(Setting.PORT, "0").set(Setting.ADMIN_PORT, "off").build());
        client = connect(Duration.ofSeconds(30));
    }

    private static DflockdClient.Builder builder() {
        return DflockdClient.builder()
                .server("127.0.0.1:" + server.address().getPort())
                .leaseTtl(Duration.ofSeconds(20));
    }

    private static DflockdClient connect(Duration acquireTimeout) {
        return builder().acquireTimeout(acquireTimeout).build();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static boolean isFree(String key) {
        try {
            var taken = client.lock(key).tryAcquire();
            taken.ifPresent(Lease::close);
            return taken.isPresent();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @WithLock(key = "type/#{#root.method.name}")
    static class OfType {
        public boolean first() {
            return isFree("t/type/first");
        }

        public boolean second() {
            return isFree("t/type/second");
        }

        @WithLock(key = "own")
        public String third() {
            return CurrentLease.get().key();
        }

        boolean notPublic() {
            return isFree("t/type/notPublic");
        }
    }

    static class BelowType extends OfType {
        public boolean below() {
            return isFree("t/type/below");
        }
    }

    @Test
    void onATypeItHoldsForEachPublicMethodThatHasNoneOfItsOwn() {
        try (var context = new LockedContext(client, BelowType.class)) {
            var bean = context.get(BelowType.class);
            assertThat(bean.first()).isFalse();
            assertThat(bean.second()).isFalse();
            assertThat(bean.third()).isEqualTo("t/own");
            assertThat(bean.notPublic()).isTrue();
            assertThat(bean.below()).isFalse();
        }
    }

    @Test
    void aWriterIsAlone() throws Exception {
        try (var context = new LockedContext(client, OneMode.class)) {
            assertThat(context.get(OneMode.class).write()).isTrue();
        }
    }

    static class OneMode {
        @WithLock(key = "rw", mode = WithLock.Mode.WRITE)
        public boolean write() throws InterruptedException {
            return client.rwLock("t/rw").read().tryAcquire().isEmpty()
                    && client.rwLock("t/rw").write().tryAcquire().isEmpty();
        }

        @WithLock(key = "long", lease = "2m")
        public Duration exclusive() {
            return CurrentLease.get().remaining();
        }

        @WithLock(key = "rw", mode = WithLock.Mode.READ, lease = "2m")
        public Duration reader() {
            return CurrentLease.get().remaining();
        }

        @WithLock(key = "rw", mode = WithLock.Mode.WRITE, lease = "2m")
        public Duration writer() {
            return CurrentLease.get().remaining();
        }

        @WithLock(key = "gpu", mode = WithLock.Mode.PERMIT, permits = 3, lease = "2m")
        public Duration permit() {
            return CurrentLease.get().remaining();
        }

        @WithLock(key = "long")
        public Duration unsaid() {
            return CurrentLease.get().remaining();
        }

        @WithLock(key = "busy")
        public void asTheClientWaits() {}
    }

    @Test
    void theLeaseIsWhatIsSaidAndElseTheClients() {
        try (var withoutSession = builder().sessionGrace(Duration.ZERO).build(); // which ends a hold before its lease does
                var context = new LockedContext(withoutSession, OneMode.class)) {
            var bean = context.get(OneMode.class);
            for (var call : List.<Supplier<Duration>>of(bean::exclusive, bean::reader, bean::writer, bean::permit)) {
                assertThat(call.get()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(120));
            }
            assertThat(bean.unsaid()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(20));
        }
    }

    @Test
    void whereNoWaitIsSaidTheClientsHolds() throws Exception {
        try (var held = client.lock("t/busy").acquire();
                var hurried = connect(Duration.ofMillis(1_500));
                var context = new LockedContext(hurried, OneMode.class)) {
            assertThat(held.isValid()).isTrue();
            assertThatThrownBy(context.get(OneMode.class)::asTheClientWaits)
                    .isInstanceOf(AcquireTimeoutException.class)
                    .hasMessageContaining("1500 ms");
        }
    }

    static class NoPermit {
        @WithLock(key = "a", mode = WithLock.Mode.PERMIT, permits = 0)
        public void run() {}
    }

    static class NegativeWait {
        @WithLock(key = "a", waitAtMost = "-5s")
        public void run() {}
    }

    static class StaticMethod {
        @WithLock(key = "a")
        public static void run() {}
    }

    @Test
    void whatIsOutOfRangeIsNamedWithItsValue() {
        assertRefused(NoPermit.class, "permits = 0; at least 1 is valid");
        assertRefused(NegativeWait.class, "waitAtMost = \"-5s\" is negative");
        assertRefused(StaticMethod.class, "private, final or static");
    }

    private static void assertRefused(Class<?> type, String what) {
        assertThatThrownBy(() -> new LockedContext(client, type).close())
                .extracting(NestedExceptionUtils::getMostSpecificCause,
                        org.assertj.core.api.InstanceOfAssertFactories.THROWABLE)
                .hasMessageContaining("@WithLock on " + type.getName() + ".run: ")
                .hasMessageContaining(what);
    }

    static class Skipped {
        private static final String SKIP = "skip";

        @WithLock(key = SKIP, waitAtMost = "0s", onBusy = WithLock.OnBusy.SKIP)
        public @Nullable String text() {
            return "ran";
        }

        @WithLock(key = SKIP, waitAtMost = "0s", onBusy = WithLock.OnBusy.SKIP)
        public boolean truth() {
            return true;
        }

        @WithLock(key = SKIP, waitAtMost = "0s", onBusy = WithLock.OnBusy.SKIP)
        public Optional<String> optional() {
            return Optional.of("ran");
        }

        @WithLock(key = SKIP, waitAtMost = "0s", onBusy = WithLock.OnBusy.SKIP)
        public double number() {
            return 7;
        }

        @WithLock(key = SKIP, waitAtMost = "0s", onBusy = WithLock.OnBusy.SKIP)
        public char character() {
            return 'a';
        }

        @WithLock(key = SKIP, waitAtMost = "0s", onBusy = WithLock.OnBusy.SKIP)
        public void nothing() {
            throw new AssertionError("ran");
        }

        @WithLock(key = SKIP, waitAtMost = "100ms", onBusy = WithLock.OnBusy.SKIP)
        public CompletionStage<String> stage() {
            return CompletableFuture.completedFuture("ran");
        }
    }

    @Test
    void whatIsSkippedGivesNothingOfItsType() throws Exception {
        try (var context = new LockedContext(client, Skipped.class)) {
            var bean = context.get(Skipped.class);
            try (var held = client.lock("t/skip").acquire()) {
                assertThat(held.isValid()).isTrue();
                assertThat(bean.text()).isNull();
                assertThat(bean.truth()).isFalse();
                assertThat(bean.optional()).isEmpty();
                assertThat(bean.number()).isZero();
                assertThat(bean.character()).isEqualTo('\0');
                bean.nothing();
                assertThat(bean.stage().toCompletableFuture().get(30, TimeUnit.SECONDS)).isNull();
            }
            assertThat(bean.text()).isEqualTo("ran");
            assertThat(bean.stage().toCompletableFuture().get(30, TimeUnit.SECONDS)).isEqualTo("ran");
        }
    }

    static class Waits {
        @WithLock(key = "wait", waitAtMost = "60s")
        public String declared() throws InterruptedException {
            return "ran";
        }

        @WithLock(key = "wait", waitAtMost = "60s")
        public String undeclared() {
            return "ran";
        }
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        try (var held = client.lock("t/wait").acquire();
                var own = connect(Duration.ofSeconds(30));
                var context = new LockedContext(own, Waits.class)) {
            assertThat(held.isValid()).isTrue();
            var bean = context.get(Waits.class);

            assertThat(interrupted(own, bean::declared)).isEqualTo(InterruptedException.class + " false");
            assertThat(interrupted(own, bean::undeclared)).isEqualTo(CancellationException.class + " true");
        }
        assertThat(isFree("t/wait")).isTrue();
    }

    /** What the call ends with, and whether its thread is still interrupted then. */
    private static String interrupted(DflockdClient own, Callable<String> call) throws Exception {
        var ended = new CompletableFuture<String>();
        var thread = new Thread(() -> {
            try {
                ended.complete(call.call());
            } catch (Exception e) {
                ended.complete(e.getClass() + " " + Thread.currentThread().isInterrupted());
            }
        });
        thread.start();
        Eventually.await("waits", Duration.ofSeconds(30), () -> own.metrics().requests().inFlight() > 0);
        thread.interrupt();
        return ended.get(30, TimeUnit.SECONDS);
    }
}
