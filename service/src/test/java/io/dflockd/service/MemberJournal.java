package io.dflockd.service;

import io.dflockd.engine.Action;
import io.dflockd.engine.EngineLimits;
import io.dflockd.engine.Histogram;
import io.dflockd.engine.order.ClusterReport;
import io.dflockd.engine.order.Journal;
import io.dflockd.engine.order.Node;
import io.dflockd.engine.order.Operations;
import io.dflockd.engine.order.Standing;
import io.dflockd.service.driver.DirectJournal;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A journal of a node that stands somewhere in a cluster, though it applies what it is given at once. */
final class MemberJournal implements Journal {
    private static final ClusterReport.Details DETAILS = new ClusterReport.Details("1.2.3", 3, 1 << 20,
            new ClusterReport.Disk(1_000, Optional.of(new ClusterReport.Snapshot(20, 500, 61_000)), 9_000));

    private static final EngineLimits LIMITS = new EngineLimits(
            100, 0, 0, 0, 0, 1 << 20, 1 << 20, 10, 60_000, true, 5000, 60_000);

    private final DirectJournal journal;
    private final Standing standing;
    private final Function<Optional<String>, Operations.Verdict> transfer;
    /** Runs before a report is made, on the thread that makes it. */
    volatile Runnable beforeReport = () -> {};

    /** One of which n1 cannot be told to lead. */
    MemberJournal(DirectJournal journal, Standing standing) {
        this(journal, standing, to -> to.equals(Optional.of("n1"))
                ? new Operations.Verdict(false, "n1 does not answer")
                : new Operations.Verdict(true, to.orElse("whichever")));
    }

    /** {@code transfer}: what comes of letting another member lead. */
    MemberJournal(
            DirectJournal journal, Standing standing, Function<Optional<String>, Operations.Verdict> transfer) {
        this.journal = journal;
        this.standing = standing;
        this.transfer = transfer;
    }

    /** Tells of two members, one of which is behind. */
    @Override
    public Optional<Operations> operations() {
        return Optional.of(new Operations() {
            @Override
            public long applied() {
                return 41;
            }

            @Override
            public Histogram commitTimes() {
                return Histogram.ofNanos();
            }

            @Override
            public ClusterReport report() {
                beforeReport.run();
                var members = standing.members();
                return new ClusterReport(standing, 42, 41, 2, LIMITS,
                        List.of(new ClusterReport.Member(members.get(0), false, 30, 12, 1_500, Optional.empty()),
                                new ClusterReport.Member(members.get(1), true, 43, 0, 0, Optional.of(DETAILS))));
            }

            @Override
            public Verdict transfer(Optional<String> to) {
                return transfer.apply(to);
            }

            @Override
            public Verdict add(Node node) {
                return new Verdict(true, node.toString());
            }

            @Override
            public Verdict remove(String name) {
                return new Verdict(true, name);
            }

            @Override
            public Verdict change(UnaryOperator<EngineLimits> limits) {
                return new Verdict(false, "not to " + limits.apply(LIMITS).maxLocks());
            }

            @Override
            public Verdict upgrade() {
                return new Verdict(true, "rules 3 are in force");
            }
        });
    }

    @Override
    public void begin() {
        journal.begin();
    }

    @Override
    public void submit(Action action) {
        journal.submit(action);
    }

    @Override
    public void endTurn() {
        journal.endTurn();
    }

    @Override
    public boolean isFull() {
        return journal.isFull();
    }

    @Override
    public long timeMs() {
        return journal.timeMs();
    }

    @Override
    public boolean isDurable() {
        return journal.isDurable();
    }

    @Override
    public Standing standing() {
        return standing;
    }

    @Override
    public void close() {
        journal.close();
    }
}
