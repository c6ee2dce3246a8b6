package io.dflockd.simulation;

import java.util.List;

/** What goes wrong, at random: nodes, the network between them, connections, clocks. */
final class Faults {
    private static final long MS = VirtualTime.MS;

    private final VirtualTime time;
    private final RaftGroup group;
    private final List<ServerNode> nodes;
    private final Scene scene;
    private final long pace;
    private boolean over;
    private int crashes;
    private int cuts;
    private int broken;

    Faults(VirtualTime time, RaftGroup group, Scene scene, long pace) {
        this.time = time;
        this.group = group;
        this.nodes = scene.nodes;
        this.scene = scene;
        this.pace = pace;
    }

    void start() {
        time.after(MS, pace, () -> {
            if (!over) {
                next();
                start();
            }
        });
    }

    private void next() {
        var node = nodes.get(time.random().nextInt(nodes.size()));
        var leader = nodes.stream().filter(ServerNode::isOpen).findAny().orElse(node);
        switch (time.random().nextInt(22)) {
            case 0 -> crash(node);
            case 1, 2 -> crash(leader);
            case 3 -> cut(node, time.chance(0.5));
            case 4 -> cut(leader, time.chance(0.5));
            case 5 -> {
                if (node.isUp() && !node.isOpen()) {
                    group.campaign(node.replica, true);
                }
            }
            case 6 -> node.clock.jump();
            case 7 -> slow(node);
            case 8 -> {
                if (node.isUp()) {
                    node.takeSnapshot();
                }
            }
            case 9 -> install(node);
            case 10 -> {
                if (leader.isOpen()) {
                    stop(leader);
                }
            }
            case 11 -> leader.pause(time.between(50 * MS, 4_000 * MS));
            case 12 -> node.pause(time.between(50 * MS, 8_000 * MS));
            default -> breakWire();
        }
    }

    private void crash(ServerNode node) {
        if (!node.isUp()) {
            return;
        }
        crashes++;
        node.crash(group, time.chance(0.5), time.chance(0.4));
        startLater(node);
    }

    private void startLater(ServerNode node) {
        time.after(50 * MS, time.chance(0.2) ? 6_000 * MS : 1_500 * MS, () -> {
            if (!node.isUp()) {
                node.start(group);
            }
        });
    }

    /** In order: it refuses, transfers, and goes. */
    private void stop(ServerNode node) {
        node.drain();
        for (var other : nodes) {
            if (other != node && other.isUp() && group.campaign(other.replica, true)) {
                break;
            }
        }
        time.after(MS, 300 * MS, () -> crash(node));
    }

    /** From the others, in one direction or both. */
    private void cut(ServerNode node, boolean bothWays) {
        cuts++;
        boolean outwards = time.chance(0.5);
        for (var other : nodes) {
            if (other != node) {
                setCut(node, other, bothWays || outwards, bothWays || !outwards);
            }
        }
        time.after(100 * MS, 4_000 * MS, () -> nodes.forEach(other -> setCut(node, other, false, false)));
    }

    private void setCut(ServerNode node, ServerNode other, boolean outwards, boolean inwards) {
        group.setCut(node.id, other.id, outwards);
        group.setCut(other.id, node.id, inwards);
    }

    private void slow(ServerNode node) {
        group.setSlowest(time.between(MS, 150 * MS));
        node.setSlowest(time.between(MS, 100 * MS));
        scene.slowestWire = time.between(MS, 100 * MS);
        time.after(3_000 * MS, () -> {
            group.setSlowest(3 * MS);
            node.setSlowest(2 * MS);
            scene.slowestWire = 5 * MS;
        });
    }

    /** A follower that is far behind gets a snapshot instead of the log. */
    private void install(ServerNode node) {
        var leader = nodes.stream().filter(other -> other.replica.leads && other.isUp()).findAny();
        if (leader.isEmpty() || !node.isUp() || node == leader.get() || node.replica.leads
                || node.replica.term > leader.get().replica.term) {
            return;
        }
        var from = leader.get().snapshot();
        if (!from.isThere() || from.applied() <= node.applied() || from.applied() <= node.replica.committed) {
            return;
        }
        var log = node.replica.log;
        int same = node.replica.sameAs(leader.get().replica);
        if (same < from.applied()) {
            node.replica.truncate(same);
            log.addAll(leader.get().replica.log.subList(same, from.applied()));
            node.replica.synced = Math.max(node.replica.synced, from.applied());
        }
        node.replica.committed = from.applied();
        node.install(from);
    }

    private void breakWire() {
        scene.wires.removeIf(Wire::isOver);
        if (scene.wires.isEmpty()) {
            return;
        }
        broken++;
        var wire = scene.wires.get(time.random().nextInt(scene.wires.size()));
        boolean toServer = time.chance(0.5);
        switch (time.random().nextInt(4)) {
            case 0 -> wire.reset();
            case 1 -> wire.cutAfter(toServer, time.between(0, 200));
            case 2 -> {
                wire.cutAfter(true, time.between(0, 200));
                wire.cutAfter(false, time.between(0, 200));
            }
            default -> wire.resetAfter(toServer, time.between(0, 300));
        }
    }

    /** From now on all is well. */
    void end() {
        over = true;
        group.heal();
        nodes.forEach(node -> {
            node.setSlowest(2 * MS);
            if (!node.isUp()) {
                node.start(group);
            }
        });
        scene.slowestWire = 5 * MS;
    }

    @Override
    public String toString() {
        return crashes + " crashes, " + cuts + " cuts, " + broken + " broken connections";
    }
}
