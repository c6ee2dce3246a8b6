package shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.spring.CurrentLease;
import io.dflockd.spring.WithLock;
import io.dflockd.test.DflockdTestServer;
import jakarta.annotation.PreDestroy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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
    private static ConfigurableApplicationContext start(DflockdTestServer server, Class<?> more) {
        return new SpringApplicationBuilder(Shop.class, more).web(WebApplicationType.NONE)
                .run("--dflockd.server=" + server.address(), "--dflockd.leadership.auto-startup=false");
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

        Job(DflockdClient client) {
            this.client = client;
        }

        void go() {
            go.countDown();
        }

        @Async
        @WithLock(key = "background")
        public CompletableFuture<String> run() throws InterruptedException {
            go.await();
            return CompletableFuture.completedFuture(
                    Thread.currentThread().getId() + (client.lock("background").tryAcquire().isPresent() ? " free" : " held"));
        }
    }

    @Test
    void anAsynchronousMethodHasItsLockOnTheThreadThatRunsIt() throws Exception {
        try (DflockdTestServer server = DflockdTestServer.start();
                ConfigurableApplicationContext context = start(server, Background.class)) {
            Job job = context.getBean(Job.class);

            CompletableFuture<String> result = job.run();
            job.go(); // the call returned before the method did

            assertThat(result.get(60, TimeUnit.SECONDS)).endsWith(" held")
                    .doesNotStartWith(Thread.currentThread().getId() + " ");
            try (Lease free = context.getBean(DflockdClient.class).lock("background").acquire()) {
                assertThat(free.isValid()).isTrue();
            }
        }
    }

    /** One of many machines, each of which wants to do the same at the same time. */
    static class Machine {
        private static final AtomicInteger INSIDE = new AtomicInteger();
        private static final AtomicInteger MOST = new AtomicInteger();

        private final CountDownLatch runs = new CountDownLatch(15);

        CountDownLatch runs() {
            return runs;
        }

        @Scheduled(fixedDelay = 1)
        @WithLock(key = "often", waitAtMost = "60s")
        public void often() throws InterruptedException {
            MOST.accumulateAndGet(INSIDE.incrementAndGet(), Math::max);
            Thread.sleep(10); // without a lock, another machine begins meanwhile
            INSIDE.decrementAndGet();
            runs.countDown();
        }
    }

    @Test
    void aScheduledMethodRunsOnOneMachineAtATime() throws Exception {
        try (DflockdTestServer server = DflockdTestServer.start();
                ConfigurableApplicationContext first = start(server, Machine.class);
                ConfigurableApplicationContext second = start(server, Machine.class)) {
            assertThat(first.getBean(Machine.class).runs().await(90, TimeUnit.SECONDS)).isTrue();
            assertThat(second.getBean(Machine.class).runs().await(90, TimeUnit.SECONDS)).isTrue();
            assertThat(Machine.MOST).hasValue(1);
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
