package io.dflockd.spring.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.handler.advice.LockRequestHandlerAdvice;
import org.springframework.integration.store.MessageGroupStore;
import org.springframework.integration.store.SimpleMessageStore;
import org.springframework.integration.support.MessageBuilder;
import org.springframework.messaging.MessageChannel;

/** Two programs with one flow, as Spring Integration uses the locks. */
@Timeout(120)
class FlowTest {
    private static final int GROUPS = 40;
    private static final int PARTS = 4;
    private static final Executor OWN_THREADS = task -> new Thread(task).start();

    private static TestServer server;

    /** What both programs reach: as a database would be. */
    private static final MessageGroupStore STORE = new SimpleMessageStore();
    private static final BlockingQueue<Collection<?>> COMPLETE = new LinkedBlockingQueue<>();
    private static final AtomicInteger INSIDE = new AtomicInteger();
    private static final AtomicInteger TOGETHER = new AtomicInteger();
    private static final AtomicInteger HANDLED = new AtomicInteger();

    @BeforeAll
    static void start() throws Exception {
        server = new TestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableIntegration
    static class Program {
        @Bean
        DflockdClient client() {
            return DflockdClient.connect(server.address());
        }

        @Bean
        DflockdLockRegistry locks(DflockdClient client) {
            return new DflockdLockRegistry(client, "orders/");
        }

        @Bean
        IntegrationFlow parts(DflockdLockRegistry locks) {
            return flow -> flow
                    .aggregate(group -> group.correlationStrategy(part -> part.getHeaders().get("order"))
                            .releaseStrategy(parts -> parts.size() == PARTS)
                            .messageStore(STORE)
                            .lockRegistry(locks)
                            .expireGroupsUponCompletion(true))
                    .handle(whole -> COMPLETE.add((Collection<?>) whole.getPayload()));
        }

        @Bean
        IntegrationFlow bookings(DflockdLockRegistry locks) {
            return flow -> flow.handle(booking -> {
                if (INSIDE.incrementAndGet() > 1) {
                    TOGETHER.incrementAndGet();
                }
                LockSupport.parkNanos(100_000); // long enough for another to come in
                HANDLED.incrementAndGet();
                INSIDE.decrementAndGet();
            }, endpoint -> endpoint.advice(new LockRequestHandlerAdvice(locks, "account")));
        }
    }

    private static void send(ConfigurableApplicationContext program, String channel, Object payload, String order) {
        program.getBean(channel, MessageChannel.class)
                .send(MessageBuilder.withPayload(payload).setHeader("order", order).build());
    }

    @Test
    void groupsAreReleasedOnceAndAdvisedHandlersRunAlone() throws Exception {
        try (var first = new AnnotationConfigApplicationContext(Program.class);
                var second = new AnnotationConfigApplicationContext(Program.class)) {
            var senders = new ArrayList<CompletableFuture<?>>();
            for (int part = 0; part < PARTS; part++) {
                var program = part % 2 == 0 ? first : second;
                int number = part;
                senders.add(CompletableFuture.runAsync(() -> {
                    for (int group = 0; group < GROUPS; group++) {
                        send(program, "parts.input", number, "order" + group);
                        send(program, "bookings.input", number, "order" + group);
                    }
                }, OWN_THREADS));
            }
            for (var sender : senders) {
                sender.get(100, TimeUnit.SECONDS);
            }
        }

        var complete = new ArrayList<Collection<?>>();
        COMPLETE.drainTo(complete);
        assertThat(complete).hasSize(GROUPS)
                .allSatisfy(parts -> assertThat(Set.copyOf(parts)).hasSize(PARTS).hasSameSizeAs(parts));
        assertThat(HANDLED).hasValue(GROUPS * PARTS);
        assertThat(TOGETHER).hasValue(0);
    }
}
