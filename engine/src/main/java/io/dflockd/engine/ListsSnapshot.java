package io.dflockd.engine;

import java.io.IOException;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** The lists: their values from left to right, and those who wait for one. */
final class ListsSnapshot {
    private static final End[] ENDS = End.values();

    private ListsSnapshot() {}

    static void write(Lists lists, SnapshotOutput out) throws IOException {
        out.all(lists.all(), list -> {
            out.text(list.key);
            out.number(list.lastUsedMs);
            out.owner(list.owner);
            out.all(list.values(), out::text);
            out.flag(list.hasOwners());
            if (list.hasOwners()) {
                for (@Nullable Owner owner : list.owners()) {
                    out.owner(owner);
                }
            }
            out.all(list.poppers.all(), popper -> writePopper(popper, out));
        });
    }

    static void read(Engine engine, SnapshotInput in) throws IOException {
        in.all(() -> {
            var key = in.text();
            long lastUsedMs = in.number();
            var list = engine.lists.open(key, in.owner());
            list.lastUsedMs = lastUsedMs;
            readValues(list, engine, in);
            in.all(() -> readPopper(list, engine, in));
        });
    }

    private static void readValues(ValueList list, Engine engine, SnapshotInput in) throws IOException {
        var values = new ArrayList<String>();
        in.all(() -> values.add(in.text()));
        if (in.flag()) {
            for (var value : values) {
                engine.lists.add(list, End.RIGHT, value, in.owner());
            }
        } else {
            values.forEach(value -> engine.lists.add(list, End.RIGHT, value, null));
        }
    }

    private static void writePopper(Popper popper, SnapshotOutput out) throws IOException {
        out.session(popper.session);
        out.constant(popper.end);
        out.number(popper.ticket);
        out.number(popper.sinceMs);
        out.number(popper.request);
        out.number(popper.deadlineMs);
        out.owner(popper.owner);
    }

    private static void readPopper(ValueList list, Engine engine, SnapshotInput in) throws IOException {
        var popper = new Popper(list, in.session(), in.constant(ENDS), in.number(), in.number());
        long request = in.number();
        long deadlineMs = in.number();
        popper.owner = in.owner();
        engine.lists.add(popper, request, deadlineMs);
        in.remember(popper);
    }
}
