package io.dflockd.cli.bench;

import io.dflockd.cli.call.Call;
import io.dflockd.cli.call.Command;
import io.dflockd.cli.line.Exit;
import io.dflockd.cli.load.Load;
import io.dflockd.cli.load.Outcome;
import io.dflockd.cli.load.Workload;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.connection.Connection;
import io.dflockd.client.error.ServerErrorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@code bench}: what a server and the network to it give. */
public final class BenchCommand {
    private static final String TAGS = "tags";

    private BenchCommand() {}

    public static List<Command> all() {
        return List.of(new Command("bench", "", "measure what a server and the network give under load",
                """
                        Puts load on the server, shows on standard error once a second how it goes, and prints rate, errors and \
                        latency at the end. Keys and channels have a name of their own; nothing stays held.
                        pairs: each connection acquires and releases locks of its own, one after another. An operation is the pair.
                        contended: all connections want one lock. An operation is a hand-over to another connection, the latency \
                        is that of the acquire, its wait included; that no two hold the lock at once is checked.
                        pipelined: each connection has many pairs in flight, which needs a server with tagged requests.
                        signals: publishers send to subscribers. An operation is a delivery.
                        With --rate, an operation that could not begin in time is measured from when it was due.
                        Ctrl-C ends it early with the report of what was measured. Exit status 70 if something was refused or not \
                        delivered, 69 if a connection broke, 4 if the server let two hold one lock.""",
                BenchFlags.ALL, BenchCommand::run));
    }

    /** What a server says of itself, and the node that says so, which is the one that leads. */
    private record Greeting(ServerAddress node, String version, Set<String> extensions) {
        static Greeting of(ServerAddress node, String text) {
            var words = text.split(" ", 2);
            return new Greeting(node, words[0], words.length < 2 ? Set.of() : Set.of(words[1].split(",", -1)));
        }
    }

    @SuppressWarnings("try") // the early end is for its close alone
    private static int run(Call call) throws InterruptedException {
        var plan = BenchFlags.plan(call.arguments());
        var versions = new ArrayList<String>();
        var nodes = new ArrayList<ServerAddress>();
        for (var server : call.settings().servers()) {
            var greeting = greet(call, server);
            if (plan.workload() == Workload.PIPELINED && !greeting.extensions().contains(TAGS)) {
                call.warn(server + ": this server lacks tagged requests, which --workload pipelined needs;"
                        + " the other workloads do not");
                return Exit.REFUSED.status();
            }
            versions.add(greeting.version());
            nodes.add(greeting.node());
        }
        var progress = BenchProgress.of(call.err(), call.environment(), plan.workload());
        var load = new Load(plan, call.settings().endpoints(nodes), progress);
        try (var unusedUntilClosed = new EarlyEnd(load::stop)) {
            Outcome outcome;
            try {
                outcome = load.run();
            } finally {
                progress.clear();
            }
            new BenchReport(plan, nodes, versions).print(outcome, call);
            return exitOf(outcome).status();
        }
    }

    /** Also finds out whether the server can be reached and takes the token. */
    private static Greeting greet(Call call, ServerAddress server) throws InterruptedException {
        try (var connection = call.settings().dial(server)) {
            return greet(connection);
        }
    }

    private static Greeting greet(Connection connection) throws InterruptedException {
        try {
            return Greeting.of(connection.address(), connection.hello("dflock-bench"));
        } catch (ServerErrorException e) {
            return new Greeting(connection.address(), "unknown", Set.of()); // It does not know the command.
        }
    }

    private static Exit exitOf(Outcome outcome) {
        if (outcome.violations() > 0) {
            return Exit.VIOLATED;
        }
        if (outcome.lostServer()) {
            return Exit.UNREACHABLE;
        }
        return outcome.failureCount() > 0 ? Exit.REFUSED : Exit.OK;
    }
}
