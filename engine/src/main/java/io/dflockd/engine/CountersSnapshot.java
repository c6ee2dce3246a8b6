package io.dflockd.engine;

import java.io.IOException;

/** The counters, and the order in which those that are 0 are forgotten. */
final class CountersSnapshot {
    private CountersSnapshot() {}

    static void write(Counters counters, SnapshotOutput out) throws IOException {
        out.all(counters.all(), counter -> {
            out.text(counter.key);
            out.number(counter.value);
            out.number(counter.lastUsedMs);
            out.owner(counter.owner);
        });
        out.all(counters.zeros(), counter -> out.text(counter.key));
    }

    static void read(Counters counters, SnapshotInput in) throws IOException {
        in.all(() -> counters.restore(in.text(), in.number(), in.number(), in.owner()));
        in.all(() -> {
            var key = in.text();
            if (!counters.restoreZero(key)) {
                throw new IOException("broken snapshot: counter " + key + " is not 0");
            }
        });
    }
}
