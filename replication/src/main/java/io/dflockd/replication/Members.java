package io.dflockd.replication;

import io.dflockd.engine.Command;
import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import io.dflockd.engine.Histogram;
import io.dflockd.engine.order.ClusterReport;
import io.dflockd.engine.order.Node;
import io.dflockd.engine.order.Operations;
import io.dflockd.engine.order.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.ratis.protocol.exceptions.ReconfigurationInProgressException;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/** What an operator sees of a cluster and can have it do, at the node that leads. */
final class Members implements Operations {
    /** Who lacks more is let catch up before it may lead: until it has all nobody leads. */
    private static final long MOST_LACKED = 1_000;
    /** On the way to three again. */
    private static final int LEAST_MEMBERS = 2;
    private static final Duration LONGEST_CHANGE = Duration.ofSeconds(5);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final Verdict BEING_STOPPED = new Verdict(false, "this node is being stopped");
    private static final Verdict NOT_HERE = new Verdict(false, "this node does not lead any more; ask again");

    private final RaftJournal journal;
    private final Voter voter;
    private final LogMachine machine;
    private final Agreement agreement;
    private final OwnDetails own;
    private final long longestSilenceMs;

    /** {@code longestSilenceMs}: who says nothing for longer is taken for gone. */
    Members(
            RaftJournal journal, Voter voter, LogMachine machine, Agreement agreement, OwnDetails own,
            long longestSilenceMs) {
        this.journal = journal;
        this.voter = voter;
        this.machine = machine;
        this.agreement = agreement;
        this.own = own;
        this.longestSilenceMs = longestSilenceMs;
    }

    @Override
    public long applied() {
        return Math.max(0, machine.getLastAppliedTermIndex().getIndex());
    }

    @Override
    public Histogram commitTimes() {
        return journal.commitTimes();
    }

    @Override
    public ClusterReport report() {
        var standing = journal.standing();
        var terms = agreement.terms();
        RaftServer.@Nullable Division division = voter.division();
        if (division == null) {
            return new ClusterReport(standing, 0, applied(), terms.rules(), terms.limits(), List.of());
        }
        long applied = applied(); // before what is committed, which goes on meanwhile
        long committed = Math.max(0, division.getRaftLog().getLastCommittedIndex());
        long last = Math.max(0, division.getRaftLog().getNextIndex() - 1);
        var self = division.getId().toString();
        var followers = Followers.of(division);
        var members = voter.members()
                .stream()
                .map(node -> node.name().equals(self)
                        ? new ClusterReport.Member(node, standing.leads(), last, 0, 0, own.read())
                        : member(node, followers, committed))
                .toList();
        return new ClusterReport(standing, committed, applied, terms.rules(), terms.limits(), members);
    }

    /** One that is silent is not asked, and waited for. */
    private ClusterReport.Member member(Node node, Map<String, Followers.Follower> followers, long committed) {
        var known = followers.getOrDefault(node.name(), new Followers.Follower(0, 0));
        long replicated = Math.max(0, known.replicated());
        return new ClusterReport.Member(
                node, false, replicated, Math.max(0, committed - replicated), known.silentMs(),
                known.silentMs() > longestSilenceMs
                        ? Optional.empty()
                        : voter.ask(node).flatMap(Introduction::details));
    }

    @Override
    public Verdict transfer(Optional<String> to) {
        var standing = journal.standing();
        RaftServer.@Nullable Division division = voter.division();
        if (division == null || !standing.leads()) {
            return NOT_HERE;
        }
        try {
            @Nullable Verdict known = to.isPresent() ? judge(to.get(), division, standing) : null;
            if (known != null) {
                return known;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return BEING_STOPPED;
        }
        if (journal.handOver(to)) {
            return new Verdict(true, "another member leads");
        }
        return new Verdict(false,
                to.map(name -> name + " did not take over in time").orElse("no other member took over")
                        + "; this node goes on leading");
    }

    @Override
    public Verdict add(Node node) {
        var standing = journal.standing();
        RaftServer.@Nullable Division division = voter.division();
        if (division == null || !standing.leads()) {
            return NOT_HERE;
        }
        var members = standing.members();
        if (members.size() >= ClusterSettings.MOST_MEMBERS) {
            return new Verdict(false, "there are " + members.size() + " members, and may be no more");
        }
        for (var member : members) {
            if (member.name().equals(node.name())) {
                return new Verdict(false, "there is a member " + node.name() + " already, at " + member.peerAddress());
            }
            if (member.peerAddress().equals(node.peerAddress()) || member.address().equals(node.address())) {
                return new Verdict(false, "member " + member.name() + " is at " + member.address() + ", peers at "
                        + member.peerAddress() + "; a node needs addresses of its own");
            }
        }
        var problem = problemWith(node);
        if (!problem.isEmpty()) {
            return new Verdict(false, problem);
        }
        var next = new ArrayList<>(members);
        next.add(node);
        return change(members, next, division, node.name() + " is a member",
                node.name() + " catches up, and is a member when it has");
    }

    /** Why a node cannot become a member; empty where it can. */
    private String problemWith(Node node) {
        @Nullable Introduction said = voter.ask(node).orElse(null);
        if (said == null) {
            return "no node answers at " + node.peerAddress() + "; start it with --join first";
        }
        if (!said.node().equals(node.name())) {
            return "node " + said.node() + " is at " + node.peerAddress() + ", not " + node.name();
        }
        var terms = agreement.terms();
        var details = said.details().orElse(null);
        if (details != null && details.mostStateBytes() < terms.limits().maxBytes()) {
            return node.name() + " has no memory for what the cluster may keep; give it a larger heap first";
        }
        if (details != null && details.rules() < terms.rules()) {
            return node.name() + " knows rules up to " + details.rules() + ", in force are rules " + terms.rules()
                    + "; let it run a newer release";
        }
        return said.stage() == Introduction.Stage.STARTED && said.cluster().equals(voter.group().getUuid())
                ? ""
                : node.name() + " is not ready to join this cluster; start it with --join and see what it says";
    }

    @Override
    public Verdict remove(String name) {
        var standing = journal.standing();
        RaftServer.@Nullable Division division = voter.division();
        if (division == null || !standing.leads()) {
            return NOT_HERE;
        }
        var members = standing.members();
        var next = members.stream().filter(node -> !node.name().equals(name)).toList();
        if (next.size() == members.size()) {
            return noMember(name, standing);
        }
        if (next.size() < LEAST_MEMBERS) {
            return new Verdict(false,
                    "there are " + members.size() + " members, of which none can be spared; add one first");
        }
        if (!name.equals(division.getId().toString())) {
            return change(members, next, division, name + " is no member any more",
                    name + " is being removed, which goes on");
        }
        var handedOver = transfer(Optional.empty());
        return handedOver.isDone() ? NOT_HERE : handedOver;
    }

    /** Not where a majority of those that will be members is not there: nothing could be decided any more. */
    private Verdict change(
            List<Node> from, List<Node> to, RaftServer.Division division, String done, String underWay) {
        try {
            waitFor(() -> !isNoMajority(silent(from, to, division), to));
            var silent = silent(from, to, division);
            if (isNoMajority(silent, to)) {
                return new Verdict(false, "of " + to.size() + " members then " + String.join(", ", silent)
                        + " would not answer or lack too much, so nothing could be decided any more");
            }
            var reply = voter.change(from, to).get(LONGEST_CHANGE.toMillis(), TimeUnit.MILLISECONDS);
            return reply.isSuccess()
                    ? new Verdict(true, done)
                    : new Verdict(false, "not changed: " + LogMachine.rootOf(reply.getException()).getMessage());
        } catch (TimeoutException e) {
            return new Verdict(true, underWay);
        } catch (ExecutionException e) {
            var cause = LogMachine.rootOf(e);
            return new Verdict(false, cause instanceof ReconfigurationInProgressException
                    ? "another change is under way; ask again when it is done"
                    : "not changed: " + cause.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return BEING_STOPPED;
        }
    }

    private List<String> silent(List<Node> from, List<Node> to, RaftServer.Division division) {
        var followers = Followers.of(division);
        var self = division.getId().toString();
        return to.stream()
                .map(Node::name)
                .filter(name -> !name.equals(self) && from.stream().anyMatch(node -> node.name().equals(name)))
                .filter(name -> !isWell(followers.get(name), division))
                .toList();
    }

    private static boolean isNoMajority(List<String> silent, List<Node> to) {
        return 2 * (to.size() - silent.size()) <= to.size();
    }

    @Override
    public Verdict change(UnaryOperator<EngineLimits> limits) {
        var standing = journal.standing();
        if (!standing.leads()) {
            return NOT_HERE;
        }
        var before = agreement.terms().limits();
        var wanted = limits.apply(before);
        if (wanted.maxBytes() > before.maxBytes()) {
            var problem = problemWith(wanted.maxBytes());
            if (!problem.isEmpty()) {
                return new Verdict(false, problem);
            }
        }
        return decide(new Command.SetLimits(wanted), standing.term(), terms -> terms.limits().equals(wanted),
                "in force");
    }

    /** Why the members cannot keep so much; empty where they can. */
    private String problemWith(long stateBytes) {
        var problems = new ArrayList<String>();
        for (var member : report().members()) {
            var name = member.node().name();
            member.details().ifPresentOrElse(details -> {
                if (details.mostStateBytes() < stateBytes) {
                    problems.add(name + " has no memory for that, give it a larger heap first");
                }
            }, () -> problems.add(name + " does not answer, so nobody knows whether it has the memory for that"));
        }
        return String.join("; ", problems);
    }

    @Override
    public Verdict upgrade() {
        var standing = journal.standing();
        if (!standing.leads()) {
            return NOT_HERE;
        }
        var members = report().members();
        var silent = members.stream()
                .filter(member -> member.details().isEmpty())
                .map(member -> member.node().name())
                .toList();
        if (members.isEmpty() || !silent.isEmpty()) {
            return new Verdict(false, String.join(", ", silent)
                    + " does not answer, so nobody knows which rules it knows; start it, or remove it, first");
        }
        int newest = newestOfAll(members);
        int now = agreement.terms().rules();
        if (newest <= now) {
            return new Verdict(true, "rules " + now + " are in force, the newest that all members know");
        }
        return decide(new Command.SetRules(newest), standing.term(), terms -> terms.rules() >= newest,
                "rules " + newest + " are in force");
    }

    /** The newest rules that all of them know, who all answer. */
    static int newestOfAll(List<ClusterReport.Member> members) {
        return members.stream()
                .mapToInt(member -> member.details().orElseThrow().rules())
                .min()
                .orElse(Engine.OLDEST_RULES);
    }

    private Verdict decide(Command command, long term, Predicate<Agreement.Terms> isDecided, String done) {
        if (!journal.decide(command, term)) {
            return NOT_HERE;
        }
        try {
            return agreement.await(isDecided, LONGEST_CHANGE)
                    ? new Verdict(true, done)
                    : new Verdict(false, "not decided within " + LONGEST_CHANGE.toSeconds()
                            + " s, and may be later; see how the cluster is");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return BEING_STOPPED;
        }
    }

    private boolean isWell(Followers.@Nullable Follower follower, RaftServer.Division division) {
        return follower != null && follower.silentMs() <= longestSilenceMs && follower.replicated() >= 0
                && division.getRaftLog().getLastCommittedIndex() - follower.replicated() <= MOST_LACKED;
    }

    /**
     * Who leads since just now has yet to hear of the others, so they have as long to say something as others have; but one who
     * asks waits for no longer than for a change.
     */
    private void waitFor(BooleanSupplier theyAreWell) throws InterruptedException {
        long asked = System.nanoTime();
        long longest = Math.min(Duration.ofMillis(longestSilenceMs).toNanos(), LONGEST_CHANGE.toNanos());
        while (!theyAreWell.getAsBoolean() && System.nanoTime() - asked < longest) {
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private static Verdict noMember(String name, Standing standing) {
        var names = standing.members().stream().map(Node::name).collect(Collectors.joining(", "));
        return new Verdict(false, "there is no member '" + name + "', there are " + names);
    }

    /** Null where it may lead. */
    private @Nullable Verdict judge(String name, RaftServer.Division division, Standing standing)
            throws InterruptedException {
        if (standing.members().stream().noneMatch(node -> node.name().equals(name))) {
            return noMember(name, standing);
        }
        if (name.equals(division.getId().toString())) {
            return new Verdict(true, name + " leads already");
        }
        waitFor(() -> isWell(Followers.of(division).get(name), division));
        Followers.@Nullable Follower follower = Followers.of(division).get(name);
        if (follower == null || follower.silentMs() > longestSilenceMs) {
            return new Verdict(false, name + " does not answer"
                    + (follower == null ? "" : ", for " + follower.silentMs() + " ms by now"));
        }
        long lag = division.getRaftLog().getLastCommittedIndex() - follower.replicated();
        return lag > MOST_LACKED
                ? new Verdict(false, name + " has not caught up, it lacks " + lag + " entries of the log")
                : null;
    }
}
