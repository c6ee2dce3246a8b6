package io.dflockd.benchmarks.scaling;

import java.io.IOException;

/** More and more connections that each hold a lock. First they say nothing, then each in turn acquires and releases. */
final class Connections implements Axis {
    private static final int OTHERS = 16;
    private static final int KEYS_OF_OTHERS = 17;
    private static final int KEYS_EACH = 2;
    private static final int AT_ONCE = 64;

    @Override
    public Scale scale() {
        return new Scale("connections", "connections that hold a lock", "connections");
    }

    @Override
    public int most() {
        return 10_000;
    }

    @Override
    public void measure(int count, Visit visit) throws IOException {
        var server = visit.server();
        try (var piped = new PipelinedPairs(server, new KeyNames("piped.", ""), 1);
                var others = ConnectionPairs
                        .connect(server, new KeyNames("turns.", ""), OTHERS, KEYS_OF_OTHERS, OTHERS)) {
            visit.warmUp(piped);
            try (var holders = ConnectionPairs.connect(server, new KeyNames("held.", ""), count, KEYS_EACH, AT_ONCE)) {
                holders.holdOneEach();
                visit.filled();
                visit.measure("acquire and release, 16 others, these silent", others);
                visit.measure("acquire and release, each of these in turn, up to 64 at once", holders);
                visit.measure("acquire and release, one other, 64 in flight, these silent", piped);
            }
        }
    }
}
