package io.dflockd.shedlock;

import io.dflockd.client.DflockdClient;
import java.time.Duration;
import java.time.Instant;
import net.javacrumbs.shedlock.core.LockConfiguration;

/** A process that takes locks, says so by a line for each, and ends as it is told to. */
final class Job {
    private Job() {}

    /**
     * The arguments: the server, {@code exit} or {@code stay}, then for each lock {@code NAME MODE MOST LEAST}, with
     * {@code alone} or {@code session} for the mode. With {@code exit} all are unlocked, and the process ends.
     */
    public static void main(String[] arguments) throws Exception {
        var client = DflockdClient.builder().server(arguments[0]).sessionGrace(Duration.ofSeconds(2)).build();
        var alone = new DflockdLockProvider(client);
        for (int i = 2; i < arguments.length; i += 4) {
            var provider = arguments[i + 1].equals("session") ? alone.releaseOnCrash() : alone;
            var lock = provider.lock(new LockConfiguration(Instant.now(), arguments[i],
                    Duration.parse(arguments[i + 2]), Duration.parse(arguments[i + 3]))).orElseThrow();
            System.out.println("locked " + arguments[i]);
            if (arguments[1].equals("exit")) {
                lock.unlock();
            }
        }
        System.out.println("done");
        if (arguments[1].equals("exit")) {
            System.exit(0); // with no client closed
        }
        while (System.in.read() >= 0) {
            // Nothing is asked of it but to hold.
        }
    }
}
