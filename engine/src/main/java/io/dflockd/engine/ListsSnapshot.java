package io.dflockd.engine;

import java.io.IOException;

/** The lists: their values from left to right, and those who wait for one. */
final class ListsSnapshot {
    private static final End[] ENDS = End.values();

    private ListsSnapshot() {}

    static void write(Lists lists, SnapshotOutput out) throws IOException {
        out.all(lists.all(), list -> {
            out.text(list.key);
            out.number(list.lastUsedMs);
            out.all(list.values(), out::text);
            out.all(list.poppers.all(), popper -> writePopper(popper, out));
        });
    }

    static void read(Engine engine, SnapshotInput in) throws IOException {
        in.all(() -> {
            var list = engine.lists.open(in.text());
            list.lastUsedMs = in.number();
            in.all(() -> engine.lists.add(list, End.RIGHT, in.text()));
            in.all(() -> readPopper(list, engine, in));
        });
    }

    private static void writePopper(Popper popper, SnapshotOutput out) throws IOException {
        out.session(popper.session);
        out.constant(popper.end);
        out.number(popper.ticket);
        out.number(popper.sinceMs);
        out.number(popper.request);
        out.number(popper.deadlineMs);
    }

    private static void readPopper(ValueList list, Engine engine, SnapshotInput in) throws IOException {
        var popper = new Popper(list, in.session(), in.constant(ENDS), in.number(), in.number());
        engine.lists.add(popper, in.number(), in.number());
        in.remember(popper);
    }
}
