package io.dflockd.examples;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.event.SignalEvent.Signal;
import java.time.Duration;

/**
 * Signals that each go to one member of a group of workers, in turn, and one that goes to all. Nobody keeps signals, so a
 * barrier makes the sender wait until all workers listen.
 */
final class FanOut {
    private static final String READY = "fan-out/ready";
    private static final String GROUP = "workers";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private FanOut() {}

    /** {@code worker SERVER PROCESSES NAME} or {@code sender SERVER PROCESSES}. */
    public static void main(String[] args) throws InterruptedException {
        int processes = Integer.parseInt(args[2]);
        try (var client = DflockdClient.connect(args[1])) {
            switch (args[0]) {
                case "worker" -> listen(client, processes, args[3]);
                case "sender" -> send(client, processes);
                default -> throw new IllegalArgumentException("role is " + args[0] + ", valid is worker or sender");
            }
        }
    }

    private static void listen(DflockdClient client, int processes, String name) throws InterruptedException {
        try (var signals = client.signals()) {
            signals.listen("tasks.>", GROUP);
            signals.listen("control.stop");
            awaitAll(client, processes);
            for (var event : signals.signals()) {
                if (event instanceof Signal signal && signal.channel().equals("control.stop")) {
                    System.out.println(name + ": told to stop");
                    return;
                } else if (event instanceof Signal signal) {
                    System.out.println(name + ": " + signal.channel() + " " + signal.payload());
                } else {
                    System.out.println(name + ": signals may be missing: " + event);
                }
            }
        }
    }

    private static void send(DflockdClient client, int processes) throws InterruptedException {
        awaitAll(client, processes);
        try (var signals = client.signals()) {
            for (int i = 1; i <= 6; i++) {
                signals.emit("tasks.resize", "picture-" + i + ".png");
            }
            long copies = signals.emit("control.stop", "now");
            System.out.println("sender: told " + copies + " workers to stop");
        }
    }

    private static void awaitAll(DflockdClient client, int processes) throws InterruptedException {
        if (!client.barriers().await(READY, processes, PATIENCE)) {
            throw new IllegalStateException("not all " + processes + " processes came within " + PATIENCE);
        }
    }
}
