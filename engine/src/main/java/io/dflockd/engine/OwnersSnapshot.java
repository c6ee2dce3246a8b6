package io.dflockd.engine;

import java.io.IOException;

/**
 * To whom things belong. Comes before the things, which say whose they are: how many each has follows from that.
 */
final class OwnersSnapshot {
    private OwnersSnapshot() {}

    static void write(Owners owners, SnapshotOutput out) throws IOException {
        out.all(owners.all(), owner -> {
            out.remember(owner);
            out.text(owner.name);
            out.number(owner.maxHolds);
            out.number(owner.maxWaiters);
            out.number(owner.maxValueBytes);
        });
    }

    static void read(Owners owners, SnapshotInput in) throws IOException {
        in.all(() -> {
            var owner = owners.open(in.text());
            owner.maxHolds = in.integer();
            owner.maxWaiters = in.integer();
            owner.maxValueBytes = in.number();
            in.remember(owner);
        });
    }
}
