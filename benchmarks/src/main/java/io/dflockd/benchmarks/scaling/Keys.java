package io.dflockd.benchmarks.scaling;

import java.io.IOException;

/** More and more locks that are held. The operations take random keys of as many others, or renew a random one of these. */
final class Keys implements Axis {
    private static final int CONNECTIONS = 16;

    @Override
    public Scale scale() {
        return new Scale("keys", "locks that are held", "locks");
    }

    @Override
    public int most() {
        return 100_000;
    }

    @Override
    public void measure(int count, Visit visit) throws IOException {
        var server = visit.server();
        int keysEach = 1 + Math.ceilDiv(count, CONNECTIONS);
        try (var piped = new PipelinedPairs(server, new KeyNames("piped.", ""), count);
                var turns = ConnectionPairs
                        .connect(server, new KeyNames("turns.", ""), CONNECTIONS, keysEach, CONNECTIONS)) {
            visit.warmUp(piped);
            try (var held = new HeldLocks(server, count)) {
                visit.filled();
                visit.measure(PipelinedPairs.SERIES, piped);
                visit.measure("acquire and release, 16 connections", turns);
                visit.measure("renewal of a held lock, 64 at once", held);
            }
        }
    }
}
