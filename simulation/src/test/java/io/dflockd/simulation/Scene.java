package io.dflockd.simulation;

import io.dflockd.testkit.history.History;
import java.util.ArrayList;
import java.util.List;

/** What all clients of one run share: time, nodes, and the history of what they did and saw. */
final class Scene {
    private static final int MOST_OPERATIONS = 100_000;
    /** Longer than what is sent at once. */
    private static final int LONG_TEXT = 20_000;

    final VirtualTime time;
    final List<ServerNode> nodes;
    final RunSettings settings;
    final History history = new History(MOST_OPERATIONS);
    final Barriers barriers = new Barriers();
    final Signals signals = new Signals();
    /** When the clients are to stop asking for more. */
    private boolean ending;
    private long pops;
    private long texts;
    long slowestWire = 5 * VirtualTime.MS;
    final List<Wire> wires = new ArrayList<>();

    Scene(VirtualTime time, List<ServerNode> nodes, RunSettings settings) {
        this.time = time;
        this.nodes = nodes;
        this.settings = settings;
    }

    boolean isEnding() {
        return ending;
    }

    void end() {
        ending = true;
    }

    long nextPop() {
        return ++pops;
    }

    /** Never the same twice. */
    String text() {
        int longer = time.random().nextInt(200);
        return "v" + ++texts + "x".repeat(longer == 0 ? LONG_TEXT : longer < 6 ? time.random().nextInt(3_000) : 0);
    }

    /** Mostly one that serves, else any. */
    ServerNode chooseNode() {
        var open = nodes.stream().filter(ServerNode::isOpen).toList();
        var from = open.isEmpty() || time.chance(0.2) ? nodes : open;
        return from.get(time.random().nextInt(from.size()));
    }

    Wire connect(ServerNode node, Wire.ClientEnd client) {
        var wire = new Wire(time, node.id, client, slowestWire);
        node.accept(wire);
        wires.removeIf(Wire::isOver);
        wires.add(wire);
        return wire;
    }
}
