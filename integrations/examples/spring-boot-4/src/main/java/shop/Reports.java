package shop;

import io.dflockd.spring.CurrentLease;
import io.dflockd.spring.WithLock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;

/** Reports of the shop. */
@Service
public class Reports {
    private final Map<String, Long> written = new ConcurrentHashMap<>();

    /** Runs on one machine each night, however many there are. */
    @Scheduled(cron = "0 0 3 * * *")
    @WithLock(key = "reports/nightly", waitAtMost = "0s", onBusy = WithLock.OnBusy.SKIP)
    public void nightly() {
        write("all");
    }

    /** One at a time for each customer. */
    @WithLock(key = "reports/#{#customer}", waitAtMost = "5s")
    public long write(String customer) {
        long fence = CurrentLease.fence(); // grows with each grant: what is stored can refuse an older one
        written.merge(customer, fence, Math::max);
        return fence;
    }
}
