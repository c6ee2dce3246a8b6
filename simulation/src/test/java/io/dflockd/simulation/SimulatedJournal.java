package io.dflockd.simulation;

import io.dflockd.engine.Action;
import io.dflockd.engine.Command;
import io.dflockd.engine.EngineLimits;
import io.dflockd.engine.order.Applier;
import io.dflockd.engine.order.Journal;
import io.dflockd.engine.order.Standing;
import io.dflockd.replication.LogClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code replication.RaftJournal} does, over a {@link Replica}: turns join the open batch, of which only so many are
 * under way; a term begins with {@link Command.OpenTerm} and the limits, and nothing else comes before these are applied;
 * what was under way when another leads is forgotten.
 */
final class SimulatedJournal implements Journal {
    private static final int WINDOW = 4;
    private static final int MOST_WAITING = 200;
    private static final int FAST = 3;
    private static final long LONGEST_TICK = VirtualTime.SECOND;
    private static final long SHORTEST_TICK = VirtualTime.MS;
    private static final Action TICK = Action.ofDriver(new Command.Tick());

    private final VirtualTime time;
    private final Later later;
    private final SkewedClock clock;
    private final Mutation mutation;
    private final EngineLimits limits;
    private final Replica replica;
    private final Applier applier;
    private final LogClock logClock;
    private final List<Action> turn = new ArrayList<>();
    private final List<Action> open = new ArrayList<>();
    private final List<Batch> underWay = new ArrayList<>();
    private long term;
    private long nextNumber;
    private boolean leading;
    private boolean closed;
    private long nextTickAt = Long.MAX_VALUE;
    private int ticks;

    /** Lets something happen on this node, if it lives and runs by then. */
    interface Later {
        void after(long nanos, Runnable what);
    }

    SimulatedJournal(
            VirtualTime time,
            Later later,
            SkewedClock clock,
            Mutation mutation,
            EngineLimits limits,
            Replica replica,
            Applier applier) {
        this.time = time;
        this.later = later;
        this.clock = clock;
        this.mutation = mutation;
        this.limits = limits;
        this.replica = replica;
        this.applier = applier;
        this.logClock = new LogClock(
                mutation == Mutation.FAST_CLOCK ? () -> clock.nanoTime() * FAST : clock::nanoTime);
    }

    Applier applier() {
        return applier;
    }

    /** Whether connections may be taken: the term is open. */
    boolean isLeading() {
        return leading;
    }

    long term() {
        return term;
    }

    @Override
    public void begin() {
        // The node applies what it has when its time comes.
    }

    @Override
    public void submit(Action action) {
        turn.add(action);
    }

    @Override
    public void endTurn() {
        if (turn.isEmpty()) {
            return;
        }
        if (leading) {
            if (mutation == Mutation.ANSWERS_EARLY) {
                var early = List.copyOf(turn);
                turn.clear();
                early.forEach(action -> applier.apply(logClock.nowMs(), action));
            } else {
                open.addAll(turn);
                proposeIfFree();
            }
        }
        turn.clear();
    }

    private void proposeIfFree() {
        if (!open.isEmpty() && underWay.size() < WINDOW) {
            propose();
        }
    }

    private void propose() {
        long ofDay = clock.wallMicros() / 1_000;
        var batch = new Batch(term, nextNumber++, mutation == Mutation.JUMPING_TIME ? ofDay : logClock.nowMs(), open);
        open.clear();
        underWay.add(batch);
        // Where it is not taken, somebody else leads, of which this node is told.
        var unused = replica.propose(batch);
    }

    /** All of earlier terms is applied, and the log says that this node leads. */
    void lead(long newTerm) {
        forget();
        term = newTerm;
        nextNumber = 0;
        leading = false;
        logClock.start(applier.engine().nowMs());
        if (mutation != Mutation.OPENS_NO_TERM) {
            open.add(Action.ofDriver(new Command.OpenTerm(newTerm, clock.wallMicros())));
        }
        if (applier.engine().term() == 0) {
            open.add(Action.ofDriver(new Command.SetLimits(limits)));
        }
        propose();
    }

    void follow() {
        forget();
        if (leading) {
            leading = false;
            applier.follow(Optional.empty());
        }
    }

    private void forget() {
        open.clear();
        underWay.clear();
    }

    /** What is to be applied for a batch. */
    static List<Action> actionsOf(Batch batch) {
        return batch.actions().isEmpty() ? List.of(TICK) : batch.actions();
    }

    /** The actions of this batch are applied. */
    void applied(Batch batch) {
        if (batch.term() == term && !underWay.isEmpty()) {
            underWay.remove(0);
            if (batch.number() == 0) {
                leading = true;
                applier.lead(term);
            }
        }
        applier.batchApplied();
        proposeIfFree();
        if (leading) {
            planTick();
        }
    }

    private void planTick() {
        long nanos = logClock.nanosUntil(applier.engine().nextDeadlineMs());
        if (nanos == Long.MAX_VALUE) {
            return;
        }
        long at = time.now() + clock.trueNanos(Math.min(nanos, LONGEST_TICK));
        if (nextTickAt - at <= SHORTEST_TICK) {
            return;
        }
        nextTickAt = at;
        int number = ++ticks;
        later.after(at - time.now(), () -> {
            if (!closed && number == ticks) {
                nextTickAt = Long.MAX_VALUE;
                if (leading && underWay.isEmpty()) {
                    propose();
                }
            }
        });
    }

    @Override
    public boolean isFull() {
        return open.size() + underWay.stream().mapToInt(batch -> batch.actions().size()).sum() > MOST_WAITING;
    }

    @Override
    public long timeMs() {
        return logClock.nowMs();
    }

    @Override
    public boolean isDurable() {
        return mutation != Mutation.ANSWERS_EARLY;
    }

    @Override
    public Standing standing() {
        return new Standing(Optional.empty(), term, leading, List.of());
    }

    @Override
    public void close() {
        closed = true;
        leading = false;
    }
}
