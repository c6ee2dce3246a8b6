package shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.junit.DflockdServers;
import io.dflockd.spring.LeaderRegistration;
import io.dflockd.spring.LeadershipEnded;
import io.dflockd.spring.LeadershipStarted;
import io.dflockd.spring.boot.test.AutoConfigureTestDflockd;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.event.EventListener;
import org.springframework.test.annotation.DirtiesContext;

@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE, classes = {Shop.class, SweeperTest.Events.class})
@AutoConfigureTestDflockd
@DirtiesContext
class SweeperTest {
    @Autowired Sweeper sweeper;
    @Autowired LeaderRegistration registration;
    @Autowired DflockdServers server;
    @Autowired Events events;

    /** All that is told of leaderships. */
    static class Events {
        final BlockingQueue<Object> all = new LinkedBlockingQueue<>();

        @EventListener({LeadershipStarted.class, LeadershipEnded.class})
        void on(Object event) {
            all.add(event);
        }

        Object next() throws InterruptedException {
            return all.poll(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void whoLeadsSweepsAndALeadershipThatTheServerForgotIsToldOf() throws Exception {
        assertThat(events.next()).isInstanceOf(LeadershipStarted.class);
        long first = sweeper.sweep();
        assertThat(first).isPositive();

        server.restart();

        assertThat(events.next()).isInstanceOf(LeadershipEnded.class);
        assertThat(events.next()).isInstanceOf(LeadershipStarted.class);
        registration.stop();
        assertThat(events.next()).isInstanceOf(LeadershipEnded.class);
        assertThat(sweeper.sweep()).isZero();
    }
}
