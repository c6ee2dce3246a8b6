package io.dflockd.simulation;

import io.dflockd.engine.Census;
import io.dflockd.testkit.history.Findings;
import io.dflockd.testkit.history.Linearizability;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One run: nodes, clients and what goes wrong, all drawn by a seed; then all is well for a while, everybody gets the answers
 * that are owed, everything is read, given back, and what the clients saw is held against the rules.
 */
final class SimulatedRun {
    private static final long SECOND = VirtualTime.SECOND;
    private static final long MS = VirtualTime.MS;
    private static final long LONGEST_END = 90 * SECOND;
    /** After this nothing is left that anybody had. */
    private static final long FORGETTING = 40 * SECOND;
    private static final long STRETCH = 15;

    private final long seed;
    private final VirtualTime time;
    private final RunSettings settings;
    private final RaftGroup group;
    private final Witness witness;
    private final List<ServerNode> nodes = new ArrayList<>();
    private final List<SimulatedClient> clients = new ArrayList<>();
    private final List<Program> programs = new ArrayList<>();
    private final Scene scene;
    private final Faults faults;
    private final long duration;

    /** What a run was like. */
    record Report(int nodes, int operations, int entries, int compared, long term, String faults) {}

    SimulatedRun(long seed) {
        this(seed, Mutation.NONE, false);
    }

    /** @param trusting whether nobody looks into the log, so that only clients can notice */
    SimulatedRun(long seed, Mutation mutation, boolean trusting) {
        this.seed = seed;
        time = new VirtualTime(seed);
        settings = RunSettings.draw(time.random());
        group = new RaftGroup(time, settings.nodes(), mutation);
        witness = new Witness(group, settings, seed, trusting);
        for (int i = 0; i < settings.nodes(); i++) {
            nodes.add(new ServerNode(i, time, group.replica(i), settings, mutation, witness));
        }
        group.setListener(new RaftGroup.Listener() {
            @Override
            public void committed(Replica replica) {
                nodes.get(replica.id).applySoon();
            }

            @Override
            public void follows(Replica replica) {
                nodes.get(replica.id).follows();
            }
        });
        scene = new Scene(time, nodes, settings);
        long stretch = settings.isLong() ? STRETCH : 1;
        duration = time.between(5, 25) * SECOND * stretch;
        faults = new Faults(time, group, scene, time.between(100, 2_000) * MS * stretch);
        int clientCount = (int) time.between(2, 6);
        for (int i = 0; i < clientCount; i++) {
            clients.add(client(i));
        }
    }

    private SimulatedClient client(int number) {
        return switch (time.random().nextInt(6)) {
            case 0 -> new PlainClient("untagged" + number, scene, false);
            case 1 -> new PlainClient("tagged" + number, scene, true);
            default -> new NamedClient("named" + number, scene,
                    (int) (settings.isLong() ? time.between(20, 60) : time.between(3, 20)));
        };
    }

    /** Throws a {@link Violation} that names the seed where something was seen that must not be. */
    Report run() {
        try {
            play();
            return new Report(nodes.size(), scene.history.operations().size(), witness.entries(), witness.compared(),
                    nodes.get(0).engine().term(), faults.toString());
        } catch (RuntimeException e) {
            throw new Violation("seed " + seed + ", " + nodes.size() + " nodes, at " + time.now() / MS + " ms: "
                    + e.getMessage(), e);
        }
    }

    private void play() {
        nodes.forEach(node -> node.start(group));
        for (var client : clients) {
            client.start();
            var program = new Program(client, time.between(20, 300) * MS * (settings.isLong() ? STRETCH : 1));
            programs.add(program);
            program.start();
        }
        faults.start();
        time.runUntil(time.now() + duration);
        faults.end();
        scene.end();
        await("all answers", () -> clients.stream().allMatch(client -> client.open() == 0));
        programs.forEach(Program::releaseAll);
        await("all releases", () -> clients.stream().allMatch(client -> client.open() == 0));
        readAll();
        // So that the server knows what has come.
        clients.forEach(client -> client.ask(Wish.plain("ping", "_", "")));
        await("all confirmations", () -> clients.stream().allMatch(this::isConfirmed));
        clients.forEach(SimulatedClient::leave);
        time.runUntil(time.now() + FORGETTING * (settings.isLong() ? STRETCH : 1));
        checkNothingIsLeft();
        scene.barriers.check();
        var findings = Findings.of(scene.history.operations(), new Linearizability.Budget(2_000_000, 200_000));
        Violation.require(findings.violations().isEmpty(), findings.toString());
    }

    private boolean isConfirmed(SimulatedClient client) {
        if (client.open() > 0) {
            return false;
        }
        boolean confirmed = !(client instanceof NamedClient named) || named.isConfirmed();
        if (!confirmed) {
            client.ask(Wish.plain("ping", "_", ""));
        }
        return confirmed;
    }

    private void readAll() {
        var reader = settings.isTight()
                ? new PlainClient("reader", scene, true)
                : new NamedClient("reader", scene, 20);
        clients.add(reader);
        reader.start();
        new Program(reader, SECOND).readAll();
        await("the last reads", () -> reader.open() == 0);
    }

    private interface Condition {
        boolean holds();
    }

    private void await(String what, Condition condition) {
        long end = time.now() + LONGEST_END;
        while (!condition.holds()) {
            time.runUntil(time.now() + 100 * MS);
            if (time.now() > end) {
                var open = clients.stream()
                        .filter(client -> client.open() > 0)
                        .map(client -> client.name + " "
                                + client.describe())
                        .toList();
                throw new Violation("all is well, but " + what + " did not come: " + open);
            }
        }
    }

    /** All have left, and all leases are over. */
    private void checkNothingIsLeft() {
        await("that of other nodes", () -> nodes.stream().allMatch(this::hasAll));
        for (var node : nodes) {
            witness.compare(node, node.applied());
            var census = node.engine().census();
            Violation.require(isEmpty(census), "all have left, but node " + node.id + " has " + census);
            Violation.require(node.connections().isEmpty(), "node " + node.id + " has connections left");
            Violation.require(node.callers() == 0, "node " + node.id + " knows " + node.callers() + " who are gone");
        }
    }

    private boolean hasAll(ServerNode node) {
        return node.applied() == nodes.get(0).applied();
    }

    private static boolean isEmpty(Census census) {
        return Arrays.stream(new int[]{census.holds(), census.waiters(), census.poppers(), census.barriers(),
                census.participants(), census.subscriptions(), census.sessions(), census.namedSessions()})
                .allMatch(count -> count == 0);
    }
}
