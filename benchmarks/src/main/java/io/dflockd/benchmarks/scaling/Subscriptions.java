package io.dflockd.benchmarks.scaling;

import java.io.IOException;

/**
 * More and more subscriptions, each of something else: plain names first, then patterns. A signal reaches one of them, a
 * lock none.
 */
final class Subscriptions implements Axis {
    private static final int OTHER_KEYS = 1024;

    @Override
    public Scale scale() {
        return new Scale("subscriptions", "subscriptions of different names", "subscriptions");
    }

    @Override
    public int most() {
        return 100_000;
    }

    @SuppressWarnings("try") // that they watch is all they are for
    @Override
    public void measure(int count, Visit visit) throws IOException {
        var server = visit.server();
        try (var pairs = new PipelinedPairs(server, new KeyNames("job.other", ".state"), OTHER_KEYS)) {
            visit.warmUp(pairs);
            try (var names = Subscribers.listening(server, count, ".news")) {
                visit.filled();
                visit.measure("signal to one of them, plain names", names);
            }
            try (var unusedUntilClosed = Subscribers.watching(server, count, ".state")) {
                visit.measure("acquire and release that none watches, plain names", pairs);
            }
            try (var patterns = Subscribers.listening(server, count, ".*")) {
                visit.measure("signal to one of them, patterns", patterns);
            }
            try (var unusedUntilClosed = Subscribers.watching(server, count, ".*")) {
                visit.measure("acquire and release that none watches, patterns", pairs);
            }
        }
    }
}
