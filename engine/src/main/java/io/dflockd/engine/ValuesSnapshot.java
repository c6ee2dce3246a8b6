package io.dflockd.engine;

import java.io.IOException;

/** The key-value entries. */
final class ValuesSnapshot {
    private ValuesSnapshot() {}

    static void write(Values values, SnapshotOutput out) throws IOException {
        out.all(values.all(), stored -> {
            out.text(stored.key);
            out.text(stored.value);
            out.number(stored.ticket);
            out.number(stored.lastUsedMs);
            out.owner(stored.owner);
            out.flag(stored.expires);
            if (stored.expires) {
                out.number(stored.deadlineMs);
            }
        });
    }

    static void read(Engine engine, SnapshotInput in) throws IOException {
        in.all(() -> {
            var stored = new StoredValue(in.text(), in.text(), in.number());
            stored.lastUsedMs = in.number();
            stored.owner = in.owner();
            stored.expires = in.flag();
            if (stored.expires) {
                engine.deadlines.schedule(stored, in.number());
            }
            engine.values.restore(stored);
        });
    }
}
