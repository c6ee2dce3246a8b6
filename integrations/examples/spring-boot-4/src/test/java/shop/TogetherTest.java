package shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.client.error.LeaseLostException;
import io.dflockd.spring.CurrentLease;
import io.dflockd.spring.WithLock;
import io.dflockd.test.DflockdTestServer;
import jakarta.annotation.PreDestroy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.Scheduled;

/** What else Boot does with a method that has a lock, and when the program ends. */
@Timeout(180)
class TogetherTest {
    private static ConfigurableApplicationContext start(DflockdTestServer server, Class<?> more, String... arguments) {
        return new SpringApplicationBuilder(Shop.class, more).web(WebApplicationType.NONE)
                .run(Stream.concat(Stream.of(arguments), Stream.of("--dflockd.server=" + server.address(),
                        "--dflockd.leadership.auto-startup=false")).toArray(String[]::new));
    }

    private static String virtualThreads(boolean areWanted) {
        return "--spring.threads.virtual.enabled=" + areWanted;
    }

    /** By its name: this is compiled for Java 17, which knows no such thread. */
    private static boolean isVirtual(Thread thread) {
        return thread.toString().startsWith("VirtualThread");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class Background {
        @Bean
        Job job(DflockdClient client) {
            return new Job(client);
        }
    }

    static class Job {
        private final DflockdClient client;
        private final CountDownLatch go = new CountDownLatch(1);
        private final CountDownLatch inside = new CountDownLatch(1);
        private final CompletableFuture<String> interrupted = new CompletableFuture<>();

        Job(DflockdClient client) {
            this.client = client;
        }

        void go() {
            go.countDown();
        }

        boolean awaitInside() throws InterruptedException {
            return inside.await(60, TimeUnit.SECONDS);
        }

        /** The key under which it was interrupted. */
        CompletableFuture<String> interrupted() {
            return interrupted;
        }

        @Async
        @WithLock(key = "background")
        public CompletableFuture<Ran> run() throws InterruptedException {
            go.await();
            return CompletableFuture.completedFuture(new Ran(Thread.currentThread(),
                    client.lock("background").tryAcquire().isPresent(), CurrentLease.fence()));
        }

        @Async
        @WithLock(key = "lost")
        public CompletableFuture<Thread> runUntilItIsLost() {
            inside.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.complete(CurrentLease.get().key() + " " + isVirtual(Thread.currentThread()));
            }
            return CompletableFuture.completedFuture(Thread.currentThread());
        }
    }

    /** How a method ran: where, whether its lock was free at its end, and under which fence. */
    record Ran(Thread thread, boolean isFree, long fence) {}

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAsynchronousMethodHasItsLockOnTheThreadThatRunsIt(boolean onVirtualThreads) throws Exception {
        try (DflockdTestServer server = DflockdTestServer.start();
                ConfigurableApplicationContext context = start(server, Background.class,
                        virtualThreads(onVirtualThreads))) {
            Job job = context.getBean(Job.class);

            CompletableFuture<Ran> result = job.run();
            job.go(); // the call returned before the method did

            Ran ran = result.get(60, TimeUnit.SECONDS);
            assertThat(isVirtual(ran.thread())).isEqualTo(onVirtualThreads);
            assertThat(ran.thread()).isNotSameAs(Thread.currentThread());
            assertThat(ran.isFree()).isFalse();
            assertThat(ran.fence()).isPositive();
            try (Lease free = context.getBean(DflockdClient.class).lock("background").acquire()) {
                assertThat(free.isValid()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAsynchronousMethodThatLosesItsLockIsInterruptedAndItsResultIsTheLoss(boolean onVirtualThreads)
            throws Exception {
        try (DflockdTestServer server = DflockdTestServer.start();
                ConfigurableApplicationContext context = start(server, Background.class,
                        virtualThreads(onVirtualThreads))) {
            Job job = context.getBean(Job.class);
            CompletableFuture<Thread> result = job.runUntilItIsLost();
            assertThat(job.awaitInside()).isTrue();

            server.restart(); // and knows of no lock

            assertThat(job.interrupted().get(60, TimeUnit.SECONDS)).isEqualTo("lost " + onVirtualThreads);
            assertThatThrownBy(() -> result.get(60, TimeUnit.SECONDS)).hasRootCauseInstanceOf(LeaseLostException.class);
        }
    }

    /** One of many machines, each of which wants to do the same at the same time. */
    static class Machine {
        private static final AtomicInteger INSIDE = new AtomicInteger();
        private static final AtomicInteger MOST = new AtomicInteger();

        private final CountDownLatch runs = new CountDownLatch(15);
        private final Set<Boolean> virtual = ConcurrentHashMap.newKeySet();

        CountDownLatch runs() {
            return runs;
        }

        /** Whether the threads were virtual that ran it. */
        Set<Boolean> virtual() {
            return virtual;
        }

        @Scheduled(fixedDelay = 1)
        @WithLock(key = "often", waitAtMost = "60s")
        public void often() throws InterruptedException {
            MOST.accumulateAndGet(INSIDE.incrementAndGet(), Math::max);
            Thread.sleep(10); // without a lock, another machine begins meanwhile
            INSIDE.decrementAndGet();
            virtual.add(isVirtual(Thread.currentThread()));
            runs.countDown();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aScheduledMethodRunsOnOneMachineAtATime(boolean onVirtualThreads) throws Exception {
        try (DflockdTestServer server = DflockdTestServer.start();
                ConfigurableApplicationContext first = start(server, Machine.class, virtualThreads(onVirtualThreads));
                ConfigurableApplicationContext second = start(server, Machine.class,
                        virtualThreads(onVirtualThreads))) {
            assertThat(first.getBean(Machine.class).runs().await(90, TimeUnit.SECONDS)).isTrue();
            assertThat(second.getBean(Machine.class).runs().await(90, TimeUnit.SECONDS)).isTrue();
            assertThat(Machine.MOST).hasValue(1);
            assertThat(first.getBean(Machine.class).virtual()).containsExactly(onVirtualThreads);
        }
    }

    /** Begins, and goes on until it is interrupted or all ends; then again. */
    static class Watch {
        private final CountDownLatch end = new CountDownLatch(1);
        private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

        String next() throws InterruptedException {
            return seen.poll(60, TimeUnit.SECONDS);
        }

        void end() {
            end.countDown();
        }

        @Scheduled(fixedDelay = 1)
        @WithLock(key = "watch", waitAtMost = "60s")
        public void watch() {
            seen.add("began under " + CurrentLease.get().key());
            try {
                end.await();
            } catch (InterruptedException e) {
                seen.add("interrupted " + isVirtual(Thread.currentThread()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aScheduledMethodThatLosesItsLockIsInterruptedAndRunsAgainUnderAnother(boolean onVirtualThreads)
            throws Exception {
        try (DflockdTestServer server = DflockdTestServer.start();
                ConfigurableApplicationContext context = start(server, Watch.class,
                        virtualThreads(onVirtualThreads))) {
            Watch watch = context.getBean(Watch.class);
            assertThat(watch.next()).isEqualTo("began under watch");

            server.restart();

            assertThat(watch.next()).isEqualTo("interrupted " + onVirtualThreads);
            assertThat(watch.next()).isEqualTo("began under watch");
            watch.end();
        }
    }

    static class Books {
        @WithLock(key = "books")
        public long close() {
            return CurrentLease.fence();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Accounting {
        private static final List<Long> CLOSED = new CopyOnWriteArrayList<>();

        private final Books books;

        Accounting(Books books) {
            this.books = books;
        }

        @PreDestroy
        void end() {
            CLOSED.add(books.close());
        }

        @Configuration(proxyBeanMethods = false)
        static class Shelf {
            @Bean
            Books books() {
                return new Books();
            }
        }
    }

    @Test
    void whatIsCalledAtTheEndOfTheProgramStillHasItsLock() {
        try (DflockdTestServer server = DflockdTestServer.start()) {
            start(server, Accounting.class).close();
        }
        assertThat(Accounting.CLOSED).singleElement().satisfies(fence -> assertThat(fence).isPositive());
    }
}
