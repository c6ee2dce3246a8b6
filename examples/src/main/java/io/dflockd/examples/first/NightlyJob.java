package io.dflockd.examples.first;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.error.AcquireTimeoutException;
import io.dflockd.client.error.LeaseLostException;
import java.time.Duration;
import java.util.List;

/** A job that every machine starts at the same time and one of them does. */
public final class NightlyJob {
    private static final List<String> STEPS = List.of("collect", "sum up", "send");

    private NightlyJob() {}

    /** {@code NightlyJob SERVER}. */
    public static void main(String[] args) throws InterruptedException {
        try (var client = DflockdClient.connect(args[0])) {
            run(client);
        }
    }

    /** True where this machine has done it. */
    static boolean run(DflockdClient client) throws InterruptedException {
        try (var lease = client.lock("reports/nightly").acquire(Duration.ofSeconds(1))) {
            for (var step : STEPS) {
                lease.ensureValid(); // another machine may have begun if this one slept for too long
                System.out.println(step + " with fence " + lease.fence());
            }
            return true;
        } catch (AcquireTimeoutException e) {
            System.out.println("another machine is at it");
        } catch (LeaseLostException e) {
            System.out.println("stopped: " + e.reason());
        }
        return false;
    }
}
