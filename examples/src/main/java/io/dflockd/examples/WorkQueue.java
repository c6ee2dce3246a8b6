package io.dflockd.examples;

import io.dflockd.client.DflockdClient;
import java.time.Duration;

/**
 * Jobs that each go to one of several workers, whoever is free first. The jobs wait in a list, the results in another.
 *
 * <p>A job that was popped is gone from the list: one whose worker dies before the result is lost. See the guide for what
 * to do where that matters.
 */
final class WorkQueue {
    private static final String JOBS = "work-queue/jobs";
    private static final String RESULTS = "work-queue/results";
    private static final String STOP = "stop";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int JOB_COUNT = 6;

    private WorkQueue() {}

    /** {@code worker SERVER NAME} or {@code producer SERVER WORKERS}. */
    public static void main(String[] args) throws InterruptedException {
        try (var client = DflockdClient.connect(args[1])) {
            switch (args[0]) {
                case "worker" -> work(client, args[2]);
                case "producer" -> produce(client, Integer.parseInt(args[2]));
                default -> throw new IllegalArgumentException("role is " + args[0] + ", valid is worker or producer");
            }
        }
    }

    private static void work(DflockdClient client, String name) throws InterruptedException {
        while (true) {
            var job = client.lists().popLeft(JOBS, PATIENCE).orElse(STOP);
            if (job.equals(STOP)) {
                System.out.println(name + ": no more work");
                return;
            }
            int number = Integer.parseInt(job);
            client.lists().pushRight(RESULTS, number + " squared is " + number * number + ", says " + name);
        }
    }

    private static void produce(DflockdClient client, int workers) throws InterruptedException {
        for (int number = 1; number <= JOB_COUNT; number++) {
            client.lists().pushRight(JOBS, Integer.toString(number));
        }
        for (int i = 0; i < JOB_COUNT; i++) {
            var result = client.lists().popLeft(RESULTS, PATIENCE);
            System.out.println("producer: " + result.orElse("no result in time"));
        }
        for (int i = 0; i < workers; i++) {
            client.lists().pushRight(JOBS, STOP);
        }
    }
}
