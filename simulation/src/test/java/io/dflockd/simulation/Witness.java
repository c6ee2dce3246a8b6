package io.dflockd.simulation;

import io.dflockd.engine.CheckedLog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Sees every batch that any node applies: whether it is committed, the same for all, and has made equal engines. */
final class Witness {
    private static final int CHECKED_EVERY = 5;

    private final RaftGroup group;
    /** Of its own, so that a run goes the same way whether it is watched or not. */
    private final SplittableRandom random;
    private final boolean trusts;
    private final List<LogEntry> order = new ArrayList<>();
    /** Of some places in the order, the octets of the first engine that came there. */
    private final Map<Integer, byte[]> states = new HashMap<>();
    private final int sampled;
    private int compared;
    /** The same history, with all that must hold of any; not in all runs, because it takes most of the time. */
    private final @Nullable CheckedLog checked;

    /** One that {@code trusts} leaves it to the clients to notice. */
    Witness(RaftGroup group, RunSettings settings, long seed, boolean trusts) {
        this.group = group;
        random = new SplittableRandom(~seed);
        this.trusts = trusts;
        checked = !trusts && seed % CHECKED_EVERY == 0 ? new CheckedLog(settings.limits(), settings.slice()) : null;
        sampled = random.nextInt(1, 16);
    }

    void isApplied(ServerNode node, int index, LogEntry entry) {
        if (trusts) {
            return;
        }
        if (index == order.size()) {
            long onDisk = group.replicas()
                    .stream()
                    .filter(replica -> replica.synced > index && replica.log.get(index) == entry)
                    .count();
            Violation.require(onDisk >= group.majority(),
                    "node " + node.id + " applies entry " + index + ", which " + onDisk + " nodes have on disk");
            order.add(entry);
            check(entry);
        } else {
            Violation.require(index < order.size() && order.get(index) == entry,
                    "node " + node.id + " applies another entry " + index + " than a node before");
        }
    }

    private void check(LogEntry entry) {
        if (checked != null && entry.batch != null) {
            for (var action : SimulatedJournal.actionsOf(entry.batch)) {
                try {
                    checked.apply(entry.batch.timeMs(), action);
                } catch (AssertionError e) {
                    throw new Violation("entry " + (order.size() - 1) + ": " + e.getMessage(), e);
                }
            }
        }
    }

    void wasApplied(ServerNode node, int count) {
        if (!trusts && (count % sampled == 0 || random.nextInt(20) == 0)) {
            compare(node, count);
        }
    }

    void compare(ServerNode node, int count) {
        if (trusts) {
            return;
        }
        if (checked != null && count == order.size()) {
            Violation.require(node.engine().census().equals(checked.engine().census()), "after " + count
                    + " entries node " + node.id + " has " + node.engine().census() + ", should have "
                    + checked.engine().census());
        }
        var octets = ServerNode.octetsOf(node.engine());
        var first = states.putIfAbsent(count, octets);
        if (first != null) {
            compared++;
            Violation.require(Arrays.equals(first, octets),
                    "after " + count + " entries the engine of node " + node.id + " differs from that of another");
        }
    }

    int compared() {
        return compared;
    }

    int entries() {
        return order.size();
    }
}
