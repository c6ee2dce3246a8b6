package io.dflockd.benchmarks.scaling;

import io.dflockd.benchmarks.target.Server;
import java.io.IOException;
import java.util.SplittableRandom;

/**
 * A connection with many subscriptions, each of another name or pattern, and a publisher whose every signal reaches one of
 * them. One connection, because several would cost a write each, and a single subscription cannot have several.
 */
final class Subscribers implements Load {
    private static final KeyNames CHANNELS = new KeyNames("job.", ".news");
    private static final String PAYLOAD = "x".repeat(64);
    private static final int SEED = 5;

    private final Talk publisher;
    private final Talk subscriber;
    private final int count;
    private final SplittableRandom random = new SplittableRandom(SEED);

    private Subscribers(Server server, int count, String command, String tail) throws IOException {
        this.count = count;
        publisher = Talk.to(server);
        subscriber = Talk.to(server);
        var names = new KeyNames(CHANNELS.head(), tail);
        subscriber.askAll(count, number -> subscriber.put(command, names.name(number), ""), (number, answer) -> {});
    }

    /** They listen to the channels {@code job.NUMBER} and this behind. */
    static Subscribers listening(Server server, int count, String tail) throws IOException {
        return new Subscribers(server, count, "listen", tail);
    }

    /** They watch the keys {@code job.NUMBER} and this behind. */
    static Subscribers watching(Server server, int count, String tail) throws IOException {
        return new Subscribers(server, count, "watch", tail);
    }

    @Override
    public void turn(Meter meter) throws IOException {
        long start = System.nanoTime();
        publisher.askAll(
                Talk.WINDOW,
                anyNumber -> publisher.put("signal", CHANNELS.name(random.nextInt(count)), PAYLOAD),
                (number, answer) -> {});
        for (int i = 0; i < Talk.WINDOW; i++) {
            subscriber.read("sig job.");
            meter.ended(start);
        }
    }

    /** Returns when the server has forgotten them. */
    @Override
    public void close() throws IOException {
        subscriber.ask("bye", "_", "");
        subscriber.close();
        publisher.close();
    }
}
