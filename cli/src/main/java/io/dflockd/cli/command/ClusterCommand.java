package io.dflockd.cli.command;

import io.avaje.json.mapper.JsonMapper;
import io.dflockd.cli.call.Call;
import io.dflockd.cli.call.Command;
import io.dflockd.cli.call.TextTable;
import io.dflockd.cli.line.Exit;
import io.dflockd.cli.line.UsageException;
import io.dflockd.client.connection.ClusterCommands;
import io.dflockd.client.error.ConnectionFailedException;
import io.dflockd.client.error.ConnectionLostException;
import io.dflockd.client.error.ServerErrorException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code cluster}: what the operator of a cluster sees and does. */
public final class ClusterCommand {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    /** An election takes less than a second; what is beyond that is a cluster without a majority. */
    private static final Duration LONGEST_ELECTION = Duration.ofSeconds(15);
    private static final Duration LONGEST_CATCHING_UP = Duration.ofSeconds(60);
    private static final int MOST_ATTEMPTS = 3;
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private ClusterCommand() {}

    public static List<Command> all() {
        return List.of(
                new Command("cluster status", "", "show how the nodes of a cluster are",
                        """
                                Prints who leads in which term, and of each node its addresses, its role, up to where it has \
                                the log, how many entries it lacks, and for how long it said nothing; of each that answers also its \
                                version, what log and snapshot take, and how much room there is. Waits while none leads, \
                                15 s at most. With --json, the server's own answer on one line.""",
                        List.of(), ClusterCommand::status),
                new Command("cluster transfer", "[NODE]", "have another node of a cluster lead",
                        """
                                Has the node lead that is named, or else the one that has most of the log, and returns when one \
                                does. Needs the token of administrators. Clients go on by themselves. Exit status 70, with the \
                                reason, if the node is not a member, does not answer or has not caught up; done if it leads \
                                already.""",
                        List.of(), ClusterCommand::transfer),
                new Command("cluster remove", "NODE", "have a cluster go on without a node",
                        """
                                Takes a node out of the cluster, as it is dead or to be replaced; it ends if it runs, and must \
                                not come back under its name. Where it leads another node is made leader first. Needs the token \
                                of administrators. Exit status 70, with the reason, if the node is not a member or cannot be \
                                spared.""",
                        List.of(), ClusterCommand::remove),
                new Command("cluster add", "NODE=HOST:PORT:PORT", "make a node a member of a cluster",
                        """
                                Makes a node a member that was started with --join, an empty folder and a name that no member \
                                ever had; the ports are the one for clients and the one for members, as in --cluster. Returns \
                                when it has caught up, and after 60 s at the latest, when it goes on catching up. Needs the \
                                token of administrators. Exit status 70, with the reason, if it is not done.""",
                        List.of(), ClusterCommand::add),
                new Command("cluster set", "LIMIT VALUE", "change a limit that all nodes of a cluster hold to",
                        """
                                Changes it on all nodes, over restarts too: max-locks, max-waiters, max-keys, max-list-length, \
                                max-subscriptions, max-memory, max-answer-bytes, max-sessions, max-session-grace, \
                                auto-release-on-disconnect, gc-interval or gc-max-idle, written as for dflockd. What there is \
                                already stays. cluster status shows them. Needs the token of administrators. Exit status 70, with \
                                the reason, if it is not done, as when a node has no memory for it.""",
                        List.of(), ClusterCommand::set),
                new Command("cluster upgrade", "", "put new rules in force when all nodes run a new release",
                        """
                                Puts the newest rules in force that all nodes know, which a release can bring that decides \
                                something in another way; until then it decides as before. A node that does not know them cannot \
                                come back. Does nothing where they are in force. Needs the token of administrators. Exit status \
                                70, with the reason, if it is not done, as when a node does not answer.""",
                        List.of(), ClusterCommand::upgrade));
    }

    private static int status(Call call) throws InterruptedException {
        var status = statusOf(call);
        call.out().line(text(status), status);
        return Exit.OK.status();
    }

    /** The numbers in one line, then a table of the nodes. */
    static String text(Map<String, Object> status) {
        var line = status.entrySet()
                .stream()
                .filter(field -> !(field.getValue() instanceof List<?>) && !(field.getValue() instanceof Map<?, ?>))
                .map(field -> field.getKey() + " " + TextTable.cell(field.getValue()))
                .collect(Collectors.joining(", "));
        return line + "\n\n"
                + (status.get("nodes") instanceof List<?> nodes ? TextTable.of(nodes) : "no nodes") + limits(status);
    }

    private static String limits(Map<String, Object> status) {
        return status.get("limits") instanceof Map<?, ?> limits && !limits.isEmpty()
                ? limits.entrySet()
                        .stream()
                        .map(limit -> limit.getKey() + " " + TextTable.cell(limit.getValue()))
                        .collect(Collectors.joining(", ", "\n\nlimits: ", ""))
                : "";
    }

    private static int transfer(Call call) throws InterruptedException {
        var name = call.arguments().operands().isEmpty() ? "" : call.operand(0);
        long before = term(statusOf(call));
        Map<String, Object> verdict;
        try {
            verdict = ask(call, cluster -> name.isEmpty() ? cluster.transfer() : cluster.transfer(name));
        } catch (ConnectionLostException e) {
            verdict = Map.of("done", true);
        }
        if (!isDone(verdict)) {
            return refuse(call, String.valueOf(verdict.get("reason")));
        }
        var result = verdict.get("result");
        if (result != null && !name.isEmpty()) {
            call.out().line(String.valueOf(result), Call.object("done", true, "leader", name));
            return Exit.OK.status();
        }
        var status = awaitLeader(call, before);
        var leader = String.valueOf(status.get("leader"));
        if (!name.isEmpty() && !leader.equals(name)) {
            return refuse(call, leader + " leads now, not " + name);
        }
        call.out()
                .line(leader + " leads, term " + term(status),
                        Call.object("done", true, "leader", leader, "term", term(status)));
        return Exit.OK.status();
    }

    private static int add(Call call) throws InterruptedException {
        var node = call.operand(0);
        var verdict = ask(call, cluster -> cluster.add(node));
        if (!isDone(verdict)) {
            return refuse(call, String.valueOf(verdict.get("reason")));
        }
        var name = node.substring(0, node.indexOf('='));
        long end = System.nanoTime() + LONGEST_CATCHING_UP.toNanos();
        boolean isMember = isMember(name, statusOf(call));
        while (!isMember && System.nanoTime() < end) {
            Thread.sleep(BETWEEN_LOOKS);
            isMember = isMember(name, statusOf(call));
        }
        call.out()
                .line(isMember ? name + " is a member" : name + " catches up; see dflock cluster status",
                        Call.object("done", true, "member", isMember));
        return Exit.OK.status();
    }

    private static int set(Call call) throws InterruptedException {
        return agree(call, cluster -> cluster.set(call.operand(0), call.operand(1)));
    }

    private static int upgrade(Call call) throws InterruptedException {
        return agree(call, ClusterCommands::upgrade);
    }

    /** Asks for what does no harm when it is done twice; again where another one comes to lead meanwhile. */
    private static int agree(Call call, Question question) throws InterruptedException {
        var refusal = "no node went on leading for long enough";
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            long term = term(statusOf(call));
            try {
                var verdict = ask(call, question);
                if (isDone(verdict)) {
                    call.out().line(String.valueOf(verdict.get("result")), verdict);
                    return Exit.OK.status();
                }
                refusal = String.valueOf(verdict.get("reason"));
                if (term(statusOf(call)) == term) {
                    break;
                }
            } catch (ConnectionLostException e) {
                var unused = awaitLeader(call, term);
            }
        }
        return refuse(call, refusal);
    }

    /** Asks again where the one that leads is to go, as another one leads then. */
    private static int remove(Call call) throws InterruptedException {
        var name = call.operand(0);
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            long term = term(statusOf(call));
            var refusal = "";
            try {
                var verdict = ask(call, cluster -> cluster.remove(name));
                refusal = isDone(verdict) ? "" : String.valueOf(verdict.get("reason"));
            } catch (ConnectionLostException e) {
                awaitLeader(call, term);
            }
            var status = statusOf(call);
            boolean wasMember = refusal.isEmpty() || attempt > 0;
            if (!refusal.isEmpty() && term(status) == term && (isMember(name, status) || !wasMember)) {
                return refuse(call, refusal);
            }
            if (!isMember(name, status) && wasMember) {
                call.out().line(name + " is no member any more", Call.object("done", true, "member", false));
                return Exit.OK.status();
            }
        }
        return refuse(call, name + " is still a member");
    }

    private static boolean isDone(Map<String, Object> verdict) {
        return Boolean.TRUE.equals(verdict.get("done"));
    }

    private static boolean isMember(String name, Map<String, Object> status) {
        return status.get("nodes") instanceof List<?> nodes
                && nodes.stream().anyMatch(node -> node instanceof Map<?, ?> fields && name.equals(fields.get("name")));
    }

    private static int refuse(Call call, String reason) {
        call.warn(reason);
        return Exit.REFUSED.status();
    }

    /** How the cluster is when a node leads in a later term. */
    private static Map<String, Object> awaitLeader(Call call, long term) throws InterruptedException {
        long end = System.nanoTime() + LONGEST_ELECTION.toNanos();
        while (true) {
            try {
                var status = ask(call, ClusterCommands::status);
                if (term(status) > term || System.nanoTime() > end) {
                    return status;
                }
            } catch (ConnectionFailedException | ConnectionLostException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
    }

    /** How the cluster is. Asks again where the one that leads falls, or none does; not where no node is there at all. */
    private static Map<String, Object> statusOf(Call call) throws InterruptedException {
        long end = System.nanoTime() + LONGEST_ELECTION.toNanos();
        while (true) {
            try {
                return ask(call, ClusterCommands::status);
            } catch (ConnectionLostException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
    }

    private static long term(Map<String, Object> status) {
        return status.get("term") instanceof Number term ? term.longValue() : 0;
    }

    private interface Question {
        String ask(ClusterCommands cluster) throws InterruptedException;
    }

    private static Map<String, Object> ask(Call call, Question question) throws InterruptedException {
        var servers = call.settings().servers();
        if (servers.size() != 1) {
            throw new UsageException("cluster needs one --server, the nodes of one cluster with commas");
        }
        try (var connection = call.settings().dial(servers.get(0))) {
            return MAPPER.fromJsonObject(question.ask(connection.cluster()));
        } catch (ServerErrorException e) {
            throw new ServerErrorException(servers.get(0) + " is no member of a cluster, or does not know this", e);
        }
    }
}
