package io.dflockd.acceptance;

import io.dflockd.client.Lock;
import java.time.Duration;

/** A process that takes a lock, and prints {@code held FENCE}, and later {@code lost REASON valid=…} if it comes to that. */
final class Holder {
    private Holder() {}

    /** The arguments: server, key, seconds of the lease. Ends when its standard input does. */
    public static void main(String[] arguments) throws Exception {
        var lock = Lock.builder(arguments[1])
                .server(arguments[0])
                .leaseTtl(Duration.ofSeconds(Long.parseLong(arguments[2])))
                .acquireTimeout(Duration.ofSeconds(30))
                .build();
        try (var lease = lock.acquire()) {
            System.out.println("held " + lease.fence());
            lease.onLost(reason -> System.out.println("lost " + reason + " valid=" + lease.isValid()));
            while (System.in.read() >= 0) {
                // Nothing is asked of it but to hold.
            }
        }
    }
}
