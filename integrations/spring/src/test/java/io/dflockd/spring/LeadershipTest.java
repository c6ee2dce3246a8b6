package io.dflockd.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.THROWABLE;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LeaderTask;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.error.LeaseLostException;
import io.dflockd.client.error.LossReason;
import io.dflockd.server.DflockdServer;
import io.dflockd.server.config.ServerConfig;
import io.dflockd.server.config.Setting;
import io.dflockd.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.MapPropertySource;

@Timeout(120)
class LeadershipTest {
    private static final String ADMIN = "s3cret-of-the-admin";
    private static final Executor OWN_THREADS = task -> new Thread(task).start();

    @TempDir static Path folder;

    private static DflockdServer server;

    private final List<Program> programs = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        var token = Files.writeString(folder.resolve("admin"), ADMIN);
        server = DflockdServer.start(ServerConfig.builder()
                .set(Setting.PORT, "0")
                .set(Setting.ADMIN_PORT, "off")
                .set(Setting.ADMIN_TOKEN_FILE, token.toString())
                .build());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void close() {
        programs.forEach(Program::close);
    }

    private static String address() {
        return "127.0.0.1:" + server.address().getPort();
    }

    /** A context with a client and a candidate of its own, and all that it is told. */
    private final class Program implements AutoCloseable {
        final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
        final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

        Program(List<LeaderRegistration> registrations, Consumer<AnnotationConfigApplicationContext> more,
                Class<?>... beans) {
            programs.add(this);
            AopConfigUtils.registerAutoProxyCreatorIfNecessary(context);
            AopConfigUtils.forceAutoProxyCreatorToUseClassProxying(context);
            context.registerBean(DflockdClient.class, () -> DflockdClient.connect(address()));
            context.registerBean(LeaderOnlyAdvisor.class,
                    () -> new LeaderOnlyAdvisor(
                            () -> context.getBeanProvider(LeaderRegistration.class).stream().toList()),
                    definition -> definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE));
            registrations.forEach(one -> context.registerBean("registration" + registrations.indexOf(one),
                    LeaderRegistration.class, () -> one));
            context.registerBean(Listener.class, () -> new Listener(events));
            Stream.of(beans).forEach(context::register);
            more.accept(context);
            context.refresh();
        }

        Program(LeaderRegistration registration, Class<?>... beans) {
            this(List.of(registration), context -> {}, beans);
        }

        LeaderRegistration registration() {
            return context.getBean(LeaderRegistration.class);
        }

        <T> T next(Class<T> type) throws InterruptedException {
            var event = events.poll(60, TimeUnit.SECONDS);
            assertThat(event).isInstanceOf(type);
            return type.cast(event);
        }

        @Override
        public void close() {
            context.close();
        }
    }

    static class Listener {
        private final BlockingQueue<Object> events;

        Listener(BlockingQueue<Object> events) {
            this.events = events;
        }

        @EventListener
        public void on(LeadershipStarted event) {
            events.add(event);
        }

        @EventListener
        public void on(LeadershipEnded event) {
            events.add(event);
        }
    }

    private static LeaderTask until(CompletableFuture<String> end) {
        return leadership -> end.get();
    }

    @Test
    void oneOfTwoProgramsLeadsAndAfterItsEndTheOther() throws Exception {
        var first = new Program(new LeaderRegistration("one"));
        var started = first.next(LeadershipStarted.class);
        var second = new Program(new LeaderRegistration("one"));
        assertThat(started.name()).isEqualTo("one");
        awaitLeading(first.registration());
        assertThat(first.registration().leadership()).contains(started.lease());

        first.close();

        var ended = first.next(LeadershipEnded.class);
        assertThat(ended.reason()).isEmpty();
        assertThat(ended.lease()).isSameAs(started.lease());
        assertThat(second.next(LeadershipStarted.class).lease().fence()).isGreaterThan(started.lease().fence());
        awaitLeading(second.registration());
        assertThat(first.events).isEmpty();
    }

    /** The event and the task come on threads of their own, in whatever order. */
    private static void awaitLeading(LeaderRegistration registration) {
        Eventually.await("leads", Duration.ofSeconds(30), registration::isLeader);
    }

    @Test
    void aLeadershipThatIsTakenAwayIsToldOfAndGoesToTheNext() throws Exception {
        var stuck = new CompletableFuture<String>();
        var first = new Program(new LeaderRegistration("taken", leadership -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                stuck.get(); // a task that does not come to its end keeps nobody from being told
            }
        }));
        var lost = first.next(LeadershipStarted.class).lease();
        var second = new Program(new LeaderRegistration("taken"));

        revoke("taken");

        assertThat(first.next(LeadershipEnded.class).reason()).contains(LossReason.REVOKED);
        assertThat(first.registration().isLeader()).isFalse();
        assertThat(second.next(LeadershipStarted.class).lease().fence()).isGreaterThan(lost.fence());
        stuck.complete("done");
        second.close();
        first.next(LeadershipStarted.class);
    }

    private static void revoke(String key) throws InterruptedException {
        try (var connection = Connection.dial(address())) {
            connection.authenticate(ADMIN);
            var fence = connection.holds().holders(key).replaceFirst(".*\"fence\":(\\d+).*", "$1");
            connection.holds().revoke(key, Long.parseLong(fence));
        }
    }

    @Test
    void eventsComeInPairsHoweverLeadershipsEnd() throws Exception {
        var program = new Program(new LeaderRegistration("pairs"));
        long fence = 0;
        for (int i = 0; i < 20; i++) {
            var started = program.next(LeadershipStarted.class);
            assertThat(started.lease().fence()).isGreaterThan(fence);
            fence = started.lease().fence();
            if (i % 2 == 0) {
                revoke("pairs");
            } else {
                program.registration().stop();
                program.registration().start();
            }
            var ended = program.next(LeadershipEnded.class);
            assertThat(ended.lease()).isSameAs(started.lease());
            assertThat(ended.reason().isPresent()).isEqualTo(i % 2 == 0);
        }
        program.next(LeadershipStarted.class);
        program.close();
        program.next(LeadershipEnded.class);
        assertThat(program.events).isEmpty();
    }

    static class Sweeper {
        final CountDownLatch inside = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);

        CountDownLatch inside() { // a proxy has no fields
            return inside;
        }

        CountDownLatch goOn() {
            return goOn;
        }

        @LeaderOnly("sweep")
        public long fence() {
            return CurrentLease.fence();
        }

        @LeaderOnly("sweep")
        public Optional<String> maybe() {
            return Optional.of("ran");
        }

        @LeaderOnly("sweep")
        public String untilInterrupted() {
            inside.countDown();
            try {
                new CountDownLatch(1).await();
                return "went on";
            } catch (InterruptedException e) {
                awaitUninterruptibly();
                return "interrupted";
            }
        }

        private void awaitUninterruptibly() {
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void aMethodForLeadersRunsOnlyWhereItsProgramLeads() throws Exception {
        var first = new Program(new LeaderRegistration("sweep"), Sweeper.class);
        var leadership = first.next(LeadershipStarted.class).lease();
        var second = new Program(new LeaderRegistration("sweep"), Sweeper.class);

        assertThat(first.context.getBean(Sweeper.class).fence()).isEqualTo(leadership.fence());
        assertThat(first.context.getBean(Sweeper.class).maybe()).contains("ran");
        assertThat(second.context.getBean(Sweeper.class).fence()).isZero();
        assertThat(second.context.getBean(Sweeper.class).maybe()).isEmpty();
        assertThatThrownBy(CurrentLease::get).isInstanceOf(IllegalStateException.class);
    }

    @LeaderOnly("sweep")
    static class OfType {
        public long fence() {
            return CurrentLease.fence();
        }

        @LeaderOnly("other")
        public @Nullable String other() {
            return "ran";
        }

        String notPublic() {
            return "ran";
        }
    }

    @Test
    void onATypeItHoldsForEachPublicMethodThatHasNoneOfItsOwn() throws Exception {
        var other = new LeaderRegistration("other");
        var program = new Program(List.of(new LeaderRegistration("sweep"), other), context -> {}, OfType.class);
        var bean = program.context.getBean(OfType.class);
        Eventually.await("leads both", Duration.ofSeconds(30), () -> bean.fence() > 0 && other.isLeader());
        assertThat(bean.other()).isEqualTo("ran");

        other.stop();
        assertThat(bean.other()).isNull();
        assertThat(bean.fence()).isPositive();
        program.context.getBean("registration0", LeaderRegistration.class).stop();
        assertThat(bean.fence()).isZero();
        assertThat(bean.notPublic()).isEqualTo("ran");
    }

    @Test
    void aMethodThatRunsIsInterruptedAndItsCallerToldWhenTheLeadershipIsLost() throws Exception {
        var program = new Program(new LeaderRegistration("sweep"), Sweeper.class);
        program.next(LeadershipStarted.class);
        var sweeper = program.context.getBean(Sweeper.class);
        var call = CompletableFuture.supplyAsync(sweeper::untilInterrupted, OWN_THREADS);
        sweeper.inside().await();

        revoke("sweep");
        sweeper.goOn().countDown();

        assertThatThrownBy(() -> call.get(60, TimeUnit.SECONDS)).cause()
                .isInstanceOfSatisfying(LeaseLostException.class,
                        lost -> assertThat(lost.reason()).isEqualTo(LossReason.REVOKED));
    }

    @Test
    void theNextLeaderWaitsForTheMethodThatRuns() throws Exception {
        var first = new Program(new LeaderRegistration("sweep"), Sweeper.class);
        var leadership = first.next(LeadershipStarted.class).lease();
        var second = new Program(new LeaderRegistration("sweep"), Sweeper.class);
        var sweeper = first.context.getBean(Sweeper.class);
        var call = CompletableFuture.supplyAsync(sweeper::untilInterrupted, OWN_THREADS);
        sweeper.inside().await();

        var stopping = CompletableFuture.runAsync(first.registration()::stop, OWN_THREADS);
        Eventually.await("no other call may begin", Duration.ofSeconds(30), () -> !first.registration().isLeader());
        assertThat(sweeper.fence()).isZero();
        assertThat(leadership.isValid()).isTrue();
        assertThat(second.events).isEmpty();
        sweeper.goOn().countDown();

        assertThat(call.get(60, TimeUnit.SECONDS)).isEqualTo("interrupted");
        stopping.get(60, TimeUnit.SECONDS);
        second.next(LeadershipStarted.class);
    }

    @Test
    void aLeaderResignsBeforeAnythingElseStops() throws Exception {
        var seen = new CompletableFuture<Boolean>();
        var registration = new LeaderRegistration("last");
        var program = new Program(List.of(registration),
                context -> context.registerBean(SmartLifecycle.class, () -> new StopsEarly(registration, seen)));
        program.next(LeadershipStarted.class);

        program.close();

        assertThat(seen.get(60, TimeUnit.SECONDS)).isFalse();
    }

    /** Of the phase before the last. */
    private static final class StopsEarly implements SmartLifecycle {
        private final LeaderRegistration registration;
        private final CompletableFuture<Boolean> wasRunning;
        private boolean running;

        StopsEarly(LeaderRegistration registration, CompletableFuture<Boolean> wasRunning) {
            this.registration = registration;
            this.wasRunning = wasRunning;
        }

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            wasRunning.complete(registration.isRunning() || registration.isLeader());
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return Integer.MAX_VALUE - 1;
        }
    }

    static class StopsAtOnce {
        final CompletableFuture<Duration> took = new CompletableFuture<>();

        @Autowired LeaderRegistration registration;

        @EventListener
        public void on(LeadershipStarted event) {
            long begun = System.nanoTime();
            registration.stop();
            took.complete(Duration.ofNanos(System.nanoTime() - begun));
        }
    }

    @Test
    void aListenerCanStopTheCandidate() throws Exception {
        var program = new Program(new LeaderRegistration("brief"), StopsAtOnce.class);

        assertThat(program.context.getBean(StopsAtOnce.class).took.get(60, TimeUnit.SECONDS))
                .isLessThan(Duration.ofSeconds(9));
        program.next(LeadershipStarted.class);
        program.next(LeadershipEnded.class);
        assertThat(program.registration().isRunning()).isFalse();
    }

    @Test
    void aTaskThatReturnsResigns() throws Exception {
        var end = new CompletableFuture<String>();
        var program = new Program(new LeaderRegistration("short", until(end)));
        program.next(LeadershipStarted.class);

        end.complete("done");

        assertThat(program.next(LeadershipEnded.class).reason()).isEmpty();
    }

    @Test
    void aProgramCanBeNoCandidate() throws Exception {
        var program = new Program(List.of(new LeaderRegistration("sweep")),
                context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new MapPropertySource("test",
                                Map.of("dflockd.leadership.auto-startup", "false", "dflockd.key-prefix", "shop."))),
                Sweeper.class);
        assertThat(program.registration().isRunning()).isFalse();
        assertThat(program.context.getBean(Sweeper.class).fence()).isZero();

        program.registration().start();

        assertThat(program.next(LeadershipStarted.class).lease().key()).isEqualTo("shop.sweep");
    }

    static class FinalMethod {
        @LeaderOnly("sweep")
        public final void run() {}
    }

    @SuppressWarnings("UnusedMethod") // that nobody can call it is the mistake
    static class PrivateMethod {
        @LeaderOnly("sweep")
        private void run() {}
    }

    static class UnknownName {
        @LeaderOnly("swep")
        public void run() {}
    }

    static Stream<Class<?>> mistakes() {
        return Stream.of(FinalMethod.class, PrivateMethod.class, UnknownName.class);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeEndsTheStart(Class<?> type) {
        assertThatThrownBy(() -> new Program(
                List.of(new LeaderRegistration("sweep"), new LeaderRegistration("other")), context -> {}, type))
                .extracting(NestedExceptionUtils::getMostSpecificCause, THROWABLE)
                .hasMessageContaining("@LeaderOnly on " + type.getName() + ".run: ")
                .hasMessageContaining(
                        type == UnknownName.class ? "\"swep\"; valid are [other, sweep]" : "private, final or static");
    }

    @Test
    void aNameIsOfOneCandidate() {
        assertThatThrownBy(() -> new Program(
                List.of(new LeaderRegistration("twice"), new LeaderRegistration("twice")), context -> {}))
                .hasMessageContaining("\"twice\"");
        assertThatThrownBy(() -> new LeaderRegistration(" ")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void withoutAClientNothingIsACandidate() {
        try (var context = new AnnotationConfigApplicationContext()) {
            context.registerBean(LeaderRegistration.class, () -> new LeaderRegistration("alone"));
            assertThatThrownBy(context::refresh).rootCause()
                    .hasMessageContaining("needs one DflockdClient bean")
                    .hasMessageContaining("LeaderRegistration[alone]");
        }
    }
}
