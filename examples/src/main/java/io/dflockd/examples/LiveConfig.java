package io.dflockd.examples;

import io.dflockd.client.DflockdClient;
import java.time.Duration;
import java.util.Optional;

/**
 * A setting that several processes follow while they run. They watch the key first and read it then, so that no change
 * falls between the two. An event says that there was a change, not what it was, so each one makes them read again; and so
 * does a gap, which says that events may be missing.
 */
final class LiveConfig {
    private static final String LEVEL = "config.log-level";
    private static final String APPLIED = "config.applied";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private LiveConfig() {}

    /** {@code app SERVER NAME} or {@code operator SERVER APPS}. */
    public static void main(String[] args) throws InterruptedException {
        try (var client = DflockdClient.connect(args[1])) {
            switch (args[0]) {
                case "app" -> follow(client, args[2]);
                case "operator" -> operate(client, Integer.parseInt(args[2]));
                default -> throw new IllegalArgumentException("role is " + args[0] + ", valid is app or operator");
            }
        }
    }

    private static void follow(DflockdClient client, String name) throws InterruptedException {
        try (var watches = client.watches(client.serverOf(LEVEL))) {
            watches.watch(LEVEL);
            var level = apply(client, name, Optional.empty());
            for (var event : watches.events()) {
                var now = client.values().get(LEVEL);
                if (level.isPresent() && now.isEmpty()) {
                    System.out.println(name + ": the setting is gone, so this ends");
                    return;
                }
                if (!now.equals(level)) {
                    System.out.println(name + ": " + event);
                    level = apply(client, name, now);
                }
            }
        }
    }

    private static Optional<String> apply(DflockdClient client, String name, Optional<String> level)
            throws InterruptedException {
        System.out.println(name + ": log level is " + level.orElse("the default"));
        client.lists().pushRight(APPLIED, name);
        return level;
    }

    private static void operate(DflockdClient client, int apps) throws InterruptedException {
        awaitAll(client, apps);
        for (var level : new String[]{"debug", "info"}) {
            System.out.println("operator: sets " + level);
            client.values().set(LEVEL, level);
            awaitAll(client, apps);
        }
        client.values().delete(LEVEL);
    }

    private static void awaitAll(DflockdClient client, int apps) throws InterruptedException {
        for (int i = 0; i < apps; i++) {
            if (client.lists().popLeft(APPLIED, PATIENCE).isEmpty()) {
                throw new IllegalStateException("not all " + apps + " apps applied it within " + PATIENCE);
            }
        }
    }
}
