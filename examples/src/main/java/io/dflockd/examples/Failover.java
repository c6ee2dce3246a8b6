package io.dflockd.examples;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.event.LeaderEvent.LeaderChange;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * A scheduler of which one copy leads and another takes over when it dies, and somebody who observes that. Each leader has
 * a higher fence than the one before, so what the leader writes to can refuse one that is late.
 */
final class Failover {
    private static final String ELECTION = "scheduler";
    private static final Duration POLL = Duration.ofMillis(50);

    private Failover() {}

    /** {@code candidate SERVER NAME}, {@code observer SERVER LEADERS} or {@code standby SERVER}. */
    public static void main(String[] args) throws InterruptedException {
        switch (args[0]) {
            case "candidate" -> campaign(DflockdClient.connect(args[1]), args[2]);
            case "observer" -> observe(args[1], Integer.parseInt(args[2]));
            case "standby" -> awaitStandby(args[1]);
            default -> throw new IllegalArgumentException(
                    "role is " + args[0] + ", valid is candidate, observer or standby");
        }
    }

    private static void campaign(DflockdClient client, String name) throws InterruptedException {
        System.out.println(name + ": is a candidate");
        var candidacy = client.election(ELECTION).run(leadership -> lead(name, leadership));
        // An orderly end resigns, so that the next candidate need not wait for anything.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            candidacy.close();
            client.close();
        }));
        new CountDownLatch(1).await(); // until the process is ended
    }

    private static void lead(String name, Lease leadership) throws InterruptedException {
        System.out.println(name + ": leads with fence " + leadership.fence());
        new CountDownLatch(1).await(); // work would stand here; the wait is interrupted when the leadership is lost
    }

    /** Looks on until so many leaders were elected and the last of them resigned. */
    private static void observe(String server, int leaders) throws InterruptedException {
        try (var client = DflockdClient.connect(server); var observer = client.election(ELECTION).observe()) {
            System.out.println("observer: looks on");
            int elected = 0;
            for (var event : observer.events()) {
                if (event instanceof LeaderChange change) {
                    System.out.println("observer: " + change.type());
                    elected += change.type().equals("elected") ? 1 : 0;
                    if (elected == leaders && change.type().equals("resigned")) {
                        return;
                    }
                }
            }
        }
    }

    /** Waits until the server says that a candidate waits behind the leader. */
    private static void awaitStandby(String server) throws InterruptedException {
        try (var connection = Connection.dial(server)) {
            while (!connection.stats().contains("\"waiters\":1")) {
                Thread.sleep(POLL);
            }
            System.out.println("(candidate-2 waits behind candidate-1)");
        }
    }
}
