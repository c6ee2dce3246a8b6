package io.dflockd.examples.first;

import io.dflockd.client.DflockdClient;
import java.util.function.Predicate;

/** A setting that a program follows while it runs. */
public final class Settings {
    private static final String LEVEL = "settings.log-level";

    private Settings() {}

    /** {@code Settings SERVER}. */
    public static void main(String[] args) throws InterruptedException {
        try (var client = DflockdClient.connect(args[0])) {
            follow(client, level -> {
                System.out.println("the log level is " + level);
                return true;
            });
        }
    }

    /** Gives each level to {@code use}, the present one first, while that is true. */
    static void follow(DflockdClient client, Predicate<String> use) throws InterruptedException {
        try (var watches = client.watches()) {
            watches.watch(LEVEL); // before it is read, so that no change falls between the two
            boolean goesOn = use.test(read(client));
            while (goesOn && watches.events().next().isPresent()) {
                goesOn = use.test(read(client)); // whatever the event is, also a gap
            }
        }
    }

    private static String read(DflockdClient client) throws InterruptedException {
        return client.values().get(LEVEL).orElse("warn");
    }
}
