package io.dflockd.benchmarks.scaling;

import io.dflockd.benchmarks.target.Server;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Connections with many subscriptions among them, each of another name or pattern, and a publisher whose every signal
 * reaches one of them.
 */
final class Subscribers implements Load {
    private static final int CONNECTIONS = 8;
    private static final KeyNames CHANNELS = new KeyNames("job.", ".news");
    private static final String PAYLOAD = "x".repeat(64);
    private static final int SEED = 5;

    private final Talk publisher;
    private final List<Talk> talks;
    private final int count;
    private final SplittableRandom random = new SplittableRandom(SEED);

    private Subscribers(Server server, int count, String command, String tail) throws IOException {
        this.count = count;
        publisher = Talk.to(server);
        talks = Talk.several(Math.min(count, CONNECTIONS), server);
        var names = new KeyNames(CHANNELS.head(), tail);
        for (int i = 0; i < talks.size(); i++) {
            subscribe(i, command, names);
        }
    }

    /** They listen to the channels {@code job.NUMBER} and this behind. */
    static Subscribers listening(Server server, int count, String tail) throws IOException {
        return new Subscribers(server, count, "listen", tail);
    }

    /** They watch the keys {@code job.NUMBER} and this behind. */
    static Subscribers watching(Server server, int count, String tail) throws IOException {
        return new Subscribers(server, count, "watch", tail);
    }

    private void subscribe(int connection, String command, KeyNames names) throws IOException {
        var talk = talks.get(connection);
        talk.askAll(
                Math.ceilDiv(count - connection, talks.size()),
                number -> talk.put(command, names.name(connection + number * talks.size()), ""),
                (_, _) -> {});
    }

    @Override
    public void turn(Meter meter) throws IOException {
        var copies = new int[talks.size()];
        long start = System.nanoTime();
        publisher.askAll(
                Talk.WINDOW,
                _ -> publish(random.nextInt(count), copies),
                (_, _) -> {});
        for (int i = 0; i < copies.length; i++) {
            for (int copy = 0; copy < copies[i]; copy++) {
                talks.get(i).read("sig job.");
                meter.ended(start);
            }
        }
    }

    private void publish(int channel, int[] copies) {
        publisher.put("signal", CHANNELS.name(channel), PAYLOAD);
        copies[channel % copies.length]++;
    }

    /** Returns when the server has forgotten them. */
    @Override
    public void close() throws IOException {
        for (var talk : talks) {
            talk.ask("bye", "_", "");
            talk.close();
        }
        publisher.close();
    }
}
