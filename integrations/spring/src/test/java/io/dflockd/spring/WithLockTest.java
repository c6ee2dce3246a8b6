package io.dflockd.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.error.AcquireTimeoutException;
import io.dflockd.client.error.LeaseLostException;
import io.dflockd.client.error.LossReason;
import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.FaultyNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

@Timeout(120)
class WithLockTest {
    private static final String ADMIN = "s3cret-of-the-admin";

    @TempDir static Path folder;

    private static DflockdServer server;
    private static DflockdClient client;

    private DflockdClient used = client;
    private AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

    @BeforeAll
    static void start() throws Exception {
        var token = Files.writeString(folder.resolve("admin"), ADMIN);
        server = DflockdServer.start(ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.ADMIN_PORT, "off")
                .set(Setting.ADMIN_TOKEN_FILE, token.toString())
                .build());
        client = DflockdClient.connect("127.0.0.1:" + server.address().getPort());
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @AfterEach
    void close() {
        context.close();
    }

    private <T> T bean(Class<T> type, Class<?>... configurations) {
        AopConfigUtils.registerAutoProxyCreatorIfNecessary(context);
        AopConfigUtils.forceAutoProxyCreatorToUseClassProxying(context);
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("test", Map.of("wait", "0s", "area", "north")));
        context.registerBean(WithLockAdvisor.class,
                () -> new WithLockAdvisor(() -> used, "t/", context.getEnvironment()::resolveRequiredPlaceholders),
                definition -> definition
                        .setRole(org.springframework.beans.factory.config.BeanDefinition.ROLE_INFRASTRUCTURE));
        context.register(type);
        Stream.of(configurations).forEach(context::register);
        context.refresh();
        return context.getBean(type);
    }

    private static boolean isFree(String key) throws InterruptedException {
        var taken = client.lock(key).tryAcquire();
        taken.ifPresent(Lease::close);
        return taken.isPresent();
    }

    enum Colour {
        RED
    }

    static class Orders {
        final List<String> seen = new ArrayList<>();
        final CountDownLatch inside = new CountDownLatch(1);
        final CompletableFuture<String> later = new CompletableFuture<>();

        List<String> seen() { // a proxy has no fields
            return seen;
        }

        CountDownLatch inside() {
            return inside;
        }

        CompletableFuture<String> later() {
            return later;
        }

        @WithLock(key = "orders/#{#id}/#{#colour}", waitAtMost = "5s")
        public long pack(long id, Colour colour) throws Exception {
            seen.add("free " + isFree("t/orders/" + id + "/" + colour));
            return CurrentLease.fence();
        }

        @WithLock(key = "busy", waitAtMost = "${wait}")
        public void fail() {
            seen.add("fail ran");
        }

        @WithLock(key = "busy", waitAtMost = "0s", onBusy = WithLock.OnBusy.SKIP)
        public int skip() {
            seen.add("skip ran");
            return 7;
        }

        @WithLock(key = "busy", waitAtMost = "0s", onBusy = WithLock.OnBusy.SKIP)
        public Optional<String> skipOptional() {
            return Optional.of("ran");
        }

        @WithLock(key = "#{#any}")
        public void anything(Object any) {
            seen.add(String.valueOf(any));
        }

        @WithLock(key = "lost", lease = "1m")
        public String waitToBeLost() throws InterruptedException {
            inside.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                seen.add("interrupted");
            }
            return "done";
        }

        @WithLock(key = "lost2", onLost = WithLock.OnLost.IGNORE)
        public String goOnWhenLost() throws InterruptedException {
            inside.countDown();
            CurrentLease.get().lost().join();
            seen.add("interrupted " + Thread.interrupted());
            return "done";
        }

        @WithLock(key = "lost3")
        public String failWhenLost() {
            inside.countDown();
            CurrentLease.get().lost().join();
            throw new UnsupportedOperationException("cannot write");
        }

        @WithLock(key = "stage")
        public CompletableFuture<String> stage() {
            return later;
        }

        @WithLock(key = "gpu", mode = WithLock.Mode.PERMIT, permits = 2)
        public int permit() throws InterruptedException {
            try (var second = client.semaphore("t/gpu", 2).acquire()) {
                return client.semaphore("t/gpu", 2).tryAcquire().isPresent() ? 3 : 2;
            }
        }

        @WithLock(key = "#{#area}/${area}", mode = WithLock.Mode.READ)
        public boolean read(String area) throws InterruptedException {
            return client.rwLock("t/" + area + "/north").read().tryAcquire().map(lease -> {
                lease.close();
                return true;
            }).orElse(false);
        }
    }

    @Test
    void aMethodRunsWhileItsLockIsHeld() throws Exception {
        var orders = bean(Orders.class);

        long first = orders.pack(7, Colour.RED);
        long second = orders.pack(7, Colour.RED);

        assertThat(orders.seen()).containsExactly("free false", "free false");
        assertThat(second).isGreaterThan(first);
        assertThat(isFree("t/orders/7/RED")).isTrue();
        assertThatThrownBy(CurrentLease::get).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whoFindsItTakenFailsOrIsSkipped() throws Exception {
        var orders = bean(Orders.class);
        try (var other = client.lock("t/busy").acquire()) {
            assertThatThrownBy(orders::fail).isInstanceOf(AcquireTimeoutException.class);
            assertThat(orders.skip()).isZero();
            assertThat(orders.skipOptional()).isEmpty();
        }
        assertThat(orders.seen()).isEmpty();
        assertThat(orders.skip()).isEqualTo(7);
    }

    @Test
    void aKeyIsMadeOfWhatIsTheSameEverywhere() {
        var orders = bean(Orders.class);
        var id = UUID.randomUUID();
        orders.anything(id);
        orders.anything(4L);

        assertThat(orders.seen()).containsExactly("" + id, "4");
        assertThatThrownBy(() -> orders.anything(new Object())).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("#{#any}")
                .hasMessageContaining("java.lang.Object");
        assertThatThrownBy(() -> orders.anything(null)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is null");
    }

    private static void revoke(String key) throws InterruptedException {
        try (var connection = Connection.dial("127.0.0.1:" + server.address().getPort())) {
            connection.authenticate(ADMIN);
            var holders = connection.holds().holders(key);
            var fence = holders.replaceFirst(".*\"fence\":(\\d+).*", "$1");
            connection.holds().revoke(key, Long.parseLong(fence));
        }
    }

    @Test
    void whoLosesTheLockIsInterruptedAndItsCallerTold() throws Exception {
        var orders = bean(Orders.class);
        var call = CompletableFuture.supplyAsync(() -> {
            try {
                return orders.waitToBeLost();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            } finally {
                orders.seen().add("left over " + Thread.interrupted());
            }
        });
        orders.inside().await();

        revoke("t/lost");

        assertThatThrownBy(() -> call.get(60, TimeUnit.SECONDS)).cause()
                .isInstanceOfSatisfying(LeaseLostException.class,
                        lost -> assertThat(lost.reason()).isEqualTo(LossReason.REVOKED));
        assertThat(orders.seen()).containsExactly("interrupted", "left over false");
    }

    @Test
    void aLossIsToldWhereTheServerIsOutOfReach() throws Exception {
        try (var network = new FaultyNetwork(server.address());
                var cutOff = DflockdClient.builder()
                        .server("127.0.0.1:" + network.address().getPort())
                        .sessionGrace(Duration.ofSeconds(1))
                        .responseTimeout(Duration.ofMinutes(2))
                        .build()) {
            used = cutOff;
            var orders = bean(Orders.class);
            var call = CompletableFuture.supplyAsync(() -> {
                try {
                    return orders.waitToBeLost();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            orders.inside().await();

            network.setRefusing(true);
            network.fail(FaultyNetwork.Fault.STALL);

            assertThatThrownBy(() -> call.get(60, TimeUnit.SECONDS)).cause().isInstanceOf(LeaseLostException.class);
        }
    }

    @Test
    void whoDoesNotWantToBeInterruptedIsNot() throws Exception {
        var orders = bean(Orders.class);
        var call = CompletableFuture.supplyAsync(() -> {
            try {
                return orders.goOnWhenLost();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        orders.inside().await();

        revoke("t/lost2");

        assertThatThrownBy(() -> call.get(60, TimeUnit.SECONDS)).cause().isInstanceOf(LeaseLostException.class);
        assertThat(orders.seen()).containsExactly("interrupted false");
    }

    @Test
    void whatAMethodThatLostItsLockFailedOfIsKeptBesideTheLoss() throws Exception {
        var orders = bean(Orders.class);
        var call = CompletableFuture.supplyAsync(orders::failWhenLost);
        orders.inside().await();

        revoke("t/lost3");

        assertThatThrownBy(() -> call.get(60, TimeUnit.SECONDS)).cause()
                .isInstanceOf(LeaseLostException.class)
                .satisfies(lost -> assertThat(lost.getSuppressed()).singleElement()
                        .isInstanceOf(UnsupportedOperationException.class)
                        .extracting(Throwable::getMessage)
                        .isEqualTo("cannot write"));
    }

    @Test
    void aStageHoldsUntilItCompletes() throws Exception {
        var orders = bean(Orders.class);
        var stage = orders.stage();
        assertThat(isFree("t/stage")).isFalse();

        orders.later().complete("done");

        assertThat(stage.get(60, TimeUnit.SECONDS)).isEqualTo("done");
        assertThat(isFree("t/stage")).isTrue();
    }

    @Test
    void permitsAndReadersShare() throws Exception {
        var orders = bean(Orders.class);

        assertThat(orders.permit()).isEqualTo(2);
        assertThat(orders.read("cold")).isTrue();
    }

    static class Outer {
        @org.springframework.beans.factory.annotation.Autowired Inner inner;

        @WithLock(key = "same")
        public long call() {
            return CurrentLease.fence() - inner.fence();
        }
    }

    static class Inner {
        @WithLock(key = "same", waitAtMost = "0s")
        public long fence() {
            return CurrentLease.fence();
        }
    }

    @Test
    void theLockOfTheThreadServesWhoIsCalledUnderIt() {
        assertThat(bean(Outer.class, Inner.class).call()).isZero();
    }

    @EnableTransactionManagement(proxyTargetClass = true)
    static class Transactions extends AbstractPlatformTransactionManager {
        static final List<String> SEEN = new ArrayList<>();

        private static void note(String what) {
            try {
                SEEN.add(what + (isFree("t/tx") ? " free" : " held"));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        protected Object doGetTransaction() {
            return "";
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {
            note("begin");
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            note("commit");
        }

        @Override
        protected void doRollback(DefaultTransactionStatus status) {
            note("rollback");
        }
    }

    static class Writer {
        @Transactional
        @WithLock(key = "tx")
        public void write(boolean well) {
            Transactions.note("work");
            if (!well) {
                throw new IllegalStateException("no");
            }
        }
    }

    @Test
    void theTransactionBeginsAndEndsUnderTheLock() throws Exception {
        Transactions.SEEN.clear();
        var writer = bean(Writer.class, Transactions.class);

        writer.write(true);
        assertThatThrownBy(() -> writer.write(false)).isInstanceOf(IllegalStateException.class).hasMessage("no");

        assertThat(Transactions.SEEN).containsExactly("begin held", "work held", "commit held", "begin held",
                "work held",
                "rollback held");
        assertThat(isFree("t/tx")).isTrue();
    }

    @EnableAsync(proxyTargetClass = true)
    static class Background {
        final CompletableFuture<String> seen = new CompletableFuture<>();
        final CountDownLatch go = new CountDownLatch(1);

        CompletableFuture<String> seen() {
            return seen;
        }

        CountDownLatch go() {
            return go;
        }

        @Async
        @WithLock(key = "async")
        public void run() throws InterruptedException {
            go.await();
            seen.complete(isFree("t/async") ? "free" : "held by " + CurrentLease.get().key());
        }
    }

    @Test
    void anAsynchronousMethodHasTheLockWhereItRuns() throws Exception {
        var background = bean(Background.class);

        background.run();
        background.go().countDown();

        assertThat(background.seen().get(60, TimeUnit.SECONDS)).isEqualTo("held by t/async");
    }

    static class NoTemplate {
        @WithLock(key = "a#{")
        public void run() {}
    }

    static class NoDuration {
        @WithLock(key = "a", waitAtMost = "soon")
        public void run() {}
    }

    static class FinalMethod {
        @WithLock(key = "a")
        public final void run() {}
    }

    @SuppressWarnings("UnusedMethod") // that nobody can call it is the mistake
    static class PrivateMethod {
        @WithLock(key = "a")
        private void run() {}
    }

    static class ReadPermits {
        @WithLock(key = "a", mode = WithLock.Mode.READ, permits = 3)
        public void run() {}
    }

    static class ShortLease {
        @WithLock(key = "a", lease = "10ms")
        public void run() {}
    }

    static Stream<Class<?>> mistakes() {
        return Stream.of(NoTemplate.class, NoDuration.class, FinalMethod.class, PrivateMethod.class, ReadPermits.class,
                ShortLease.class);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeEndsTheStart(Class<?> type) {
        assertThatThrownBy(() -> bean(type)).hasRootCauseMessage(rootOf(type));
    }

    private String rootOf(Class<?> type) {
        try {
            var method = type.getDeclaredMethod("run");
            LockTerms.of(method, method.getAnnotation(WithLock.class), text -> text);
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        } catch (IllegalStateException e) {
            assertThat(e).hasMessageContaining(type.getName() + ".run");
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            return root.getMessage();
        }
        throw new AssertionError("is valid");
    }
}
