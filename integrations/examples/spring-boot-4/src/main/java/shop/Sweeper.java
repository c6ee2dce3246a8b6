package shop;

import io.dflockd.spring.CurrentLease;
import io.dflockd.spring.LeaderOnly;
import io.dflockd.spring.LeaderRegistration;
import io.dflockd.spring.LeadershipEnded;
import io.dflockd.spring.LeadershipStarted;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;

/** Clears up, on one machine at a time. */
@Service
public class Sweeper {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

    private final AtomicLong swept = new AtomicLong();

    /** The election of those who may sweep. */
    @Configuration(proxyBeanMethods = false)
    static class Elections {
        @Bean
        LeaderRegistration sweeperElection() {
            return new LeaderRegistration("sweeper");
        }
    }

    /** Every five seconds, on the machine that leads. */
    @Scheduled(fixedDelay = 5000)
    @LeaderOnly("sweeper")
    public long sweep() {
        return swept.accumulateAndGet(CurrentLease.fence(), Math::max);
    }

    @EventListener
    void on(LeadershipStarted event) {
        LOG.info("sweeps from now on, as number {}", event.lease().fence());
    }

    @EventListener
    void on(LeadershipEnded event) {
        LOG.info("sweeps no longer: {}", event.reason().map(Enum::name).orElse("resigned"));
    }
}
