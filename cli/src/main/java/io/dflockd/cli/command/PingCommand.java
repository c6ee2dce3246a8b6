package io.dflockd.cli.command;

import io.dflockd.cli.call.Call;
import io.dflockd.cli.call.Command;
import io.dflockd.cli.line.Flag;
import io.dflockd.client.ServerAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** {@code ping}: how long a question takes to each server and back. */
public final class PingCommand {
    private static final Flag COUNT = Flag.of("count", "N", "how many questions to each server (5)");
    private static final Flag INTERVAL = Flag.of("interval", "SECONDS", "time between them (0.1)");
    private static final double NANOS_PER_MS = 1e6;
    private static final double US_PER_MS = 1e3;

    private PingCommand() {}

    public static List<Command> all() {
        return List.of(new Command("ping", "", "measure round trips to each server", """
                Connects to each server, authenticates if there is a token, and measures how long an answer takes. \
                Exit status 69 if one of them cannot be reached.""", List.of(COUNT, INTERVAL), PingCommand::run));
    }

    private static int run(Call call) throws InterruptedException {
        int count = (int) Math.min(call.arguments().number(COUNT, 1, 5), 1_000_000);
        var interval = call.arguments().seconds(INTERVAL, Duration.ofMillis(100));
        return EachServer.run(call, server -> {
            long start = System.nanoTime();
            try (var connection = call.settings().dial(server)) {
                double connectMs = (System.nanoTime() - start) / NANOS_PER_MS;
                var times = new double[count];
                for (int i = 0; i < count; i++) {
                    if (i > 0) {
                        Thread.sleep(interval);
                    }
                    long asked = System.nanoTime();
                    var unusedRoundTrip = connection.ping();
                    times[i] = (System.nanoTime() - asked) / NANOS_PER_MS;
                }
                Arrays.sort(times);
                print(call, server, connectMs, times);
            }
        });
    }

    private static void print(Call call, ServerAddress server, double connectMs, double[] sorted) {
        double median = sorted[sorted.length / 2];
        double max = sorted[sorted.length - 1];
        var text = String.format(Locale.ROOT,
                "%s: connected in %.1f ms; %d round trips: min %.2f, median %.2f, max %.2f ms",
                server, connectMs, sorted.length, sorted[0], median, max);
        call.out()
                .line(text, Call.object("server", server.toString(), "connect_ms", rounded(connectMs), "count",
                        sorted.length, "min_ms", rounded(sorted[0]), "median_ms", rounded(median), "max_ms",
                        rounded(max)));
    }

    private static double rounded(double ms) {
        return Math.round(ms * US_PER_MS) / US_PER_MS;
    }
}
