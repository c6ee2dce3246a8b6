package io.dflockd.spring.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.integration.leader.AbstractCandidate;
import org.springframework.integration.leader.Context;
import org.springframework.integration.leader.event.AbstractLeaderEvent;
import org.springframework.integration.leader.event.OnGrantedEvent;
import org.springframework.integration.leader.event.OnRevokedEvent;

@Timeout(120)
class DflockdLeaderInitiatorTest {
    private static TestServer server;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        server = new TestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void close() throws Exception {
        for (var one : opened) {
            one.close();
        }
    }

    private DflockdClient client() {
        var client = DflockdClient.connect(server.address());
        opened.add(client);
        return client;
    }

    private DflockdLeaderInitiator started(Recording candidate) {
        var initiator = new DflockdLeaderInitiator(client(), candidate);
        opened.add(0, initiator::stop);
        initiator.start();
        return initiator;
    }

    /** Says what it is told. */
    private static class Recording extends AbstractCandidate {
        final BlockingQueue<String> told = new LinkedBlockingQueue<>();

        Recording(String id, String role) {
            super(id, role);
        }

        @Override
        public void onGranted(Context context) throws InterruptedException {
            told.add("granted " + context.isLeader() + " " + context.getRole());
        }

        @Override
        public void onRevoked(Context context) {
            told.add("revoked " + context.isLeader() + " " + Thread.currentThread().isInterrupted());
        }

        String next() throws InterruptedException {
            return told.poll(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void whoYieldsIsRevokedAndTheOtherLeads() throws Exception {
        var first = new Recording("1", "yields");
        var leader = started(first);
        assertThat(first.next()).isEqualTo("granted true yields");
        long fence = leader.getContext().leadership().orElseThrow().fence();
        var second = new Recording("2", "yields");
        var other = started(second);
        other.getContext().yield(); // leads nothing, and so does nothing

        leader.getContext().yield();

        assertThat(first.next()).isEqualTo("revoked false false");
        assertThat(second.next()).isEqualTo("granted true yields");
        assertThat(other.getContext().leadership().orElseThrow().fence()).isGreaterThan(fence);
        other.stop();
        assertThat(second.next()).isEqualTo("revoked false false");
        assertThat(first.next()).isEqualTo("granted true yields");
        assertThat(other.isRunning()).isFalse();
    }

    @Test
    void onGrantedThatStillRunsIsInterruptedWhenTheLeadershipIsTaken() throws Exception {
        var candidate = new Recording("1", "long") {
            @Override
            public void onGranted(Context context) throws InterruptedException {
                told.add("granted");
                try {
                    new CountDownLatch(1).await();
                } finally {
                    told.add("interrupted");
                }
            }
        };
        started(candidate);
        assertThat(candidate.next()).isEqualTo("granted");

        server.revoke("long");

        assertThat(candidate.next()).isEqualTo("interrupted");
        assertThat(candidate.next()).isEqualTo("revoked false false");
        assertThat(candidate.next()).isEqualTo("granted"); // again
    }

    @Test
    void aCandidateThatFailsIsRevokedAndStandsAgain() throws Exception {
        var candidate = new Recording("1", "fails") {
            @Override
            public void onGranted(Context context) {
                told.add("granted");
                throw new IllegalStateException("no");
            }
        };
        started(candidate);

        for (int i = 0; i < 3; i++) {
            assertThat(candidate.next()).isEqualTo("granted");
            assertThat(candidate.next()).isEqualTo("revoked false false");
        }
    }

    @Test
    void itsContextIsToldInPairs() throws Exception {
        var events = new LinkedBlockingQueue<AbstractLeaderEvent>();
        try (var context = new AnnotationConfigApplicationContext()) {
            context.registerBean(DflockdClient.class, () -> DflockdClient.connect(server.address()));
            context.registerBean(DflockdLeaderInitiator.class,
                    () -> new DflockdLeaderInitiator(context.getBean(DflockdClient.class),
                            new Recording("1", "events")));
            context.addApplicationListener((ApplicationListener<AbstractLeaderEvent>) events::add);
            context.refresh();
            assertThat(events.poll(60, TimeUnit.SECONDS)).isInstanceOf(OnGrantedEvent.class);
            server.revoke("events");
            assertThat(events.poll(60, TimeUnit.SECONDS)).isInstanceOf(OnRevokedEvent.class);
            assertThat(events.poll(60, TimeUnit.SECONDS)).isInstanceOf(OnGrantedEvent.class);
        }
        assertThat(events.poll(60, TimeUnit.SECONDS)).isInstanceOf(OnRevokedEvent.class);
        try (var other = DflockdClient.connect(server.address())) {
            assertThat(other.election("events").campaign(Duration.ofSeconds(30))).isPresent();
        }
    }

    @Test
    void aRoleIsAKey() {
        assertThatThrownBy(() -> new DflockdLeaderInitiator(client(), new Recording("1", "two words")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
