package io.dflockd.examples.first;

import io.dflockd.client.DflockdClient;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A service that runs on several machines and works on one, the leader. */
public final class Scheduler {
    private Scheduler() {}

    /** {@code Scheduler SERVER}. */
    public static void main(String[] args) throws InterruptedException {
        try (var client = DflockdClient.connect(args[0])) {
            System.out.println("led: " + run(client, 3, Duration.ofMinutes(1)));
        }
    }

    /** True once this machine has led for so many ticks; false if it did not get to lead in time. */
    static boolean run(DflockdClient client, int ticks, Duration patience) throws InterruptedException {
        var done = new CountDownLatch(ticks);
        try (var candidacy = client.election("scheduler").run(leadership -> {
            while (!Thread.interrupted()) { // interrupted when the leadership is lost, or the candidacy is closed
                leadership.ensureValid();
                System.out.println("tick as leader with fence " + leadership.fence());
                done.countDown();
                Thread.sleep(Duration.ofMillis(100));
            }
        })) {
            return done.await(patience.toMillis(), TimeUnit.MILLISECONDS) && candidacy.isLeader();
        }
    }
}
