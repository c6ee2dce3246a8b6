package io.dflockd.replication;

import io.dflockd.engine.Action;
import io.dflockd.engine.Command;
import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import io.dflockd.engine.Histogram;
import io.dflockd.engine.order.Applier;
import io.dflockd.engine.order.Journal;
import io.dflockd.engine.order.Node;
import io.dflockd.engine.order.Operations;
import io.dflockd.engine.order.Standing;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The order of a state that survives: actions are joined in batches, batches go through the log, and what is committed is
 * applied.
 *
 * <p>What a thread hands in joins the open batch of the {@link Window} when its turn ends.
 *
 * <p>A term begins with {@link Command.OpenTerm}, of a node that is alone and in the first of a cluster also with the limits;
 * nothing else is proposed before that is applied. Locks are taken in this order: the machine's, the applier's, {@link #batching}, Ratis'.
 */
public final class RaftJournal implements Journal {
    private static final Logger LOG = LoggerFactory.getLogger(RaftJournal.class);
    private static final long MAX_WAITING_BYTES = 64L << 20;
    /** What waits is there twice, as octets and as actions, beside the state and the last of the log. */
    private static final int HEAP_TO_WAITING = 16;
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_COPY = Duration.ofMinutes(8);

    private final Applier applier;
    private final EngineLimits limits;
    private final Duration longestRecovery;
    private final Path folder;
    private final LongSupplier wallMicros;
    private final Consumer<Throwable> broken;
    private final ExecutorService events;
    private final Voter voter;
    private final LogMachine machine;
    private final SnapshotPlan snapshots;
    private final Ticks ticks;
    private final DiskSpace disk;
    private final Optional<Leaderless> leaderless;
    private final long maxWaitingBytes = Math.min(MAX_WAITING_BYTES,
            Runtime.getRuntime().maxMemory() / HEAP_TO_WAITING);
    private final Agreement agreement;
    private final Optional<Operations> operations;
    private final ThreadLocal<Turn> turns = ThreadLocal.withInitial(Turn::new);
    private final CompletableFuture<Long> leads = new CompletableFuture<>();

    private final ReentrantLock batching = new ReentrantLock();
    private final Condition calm = batching.newCondition();
    private final LogClock clock;
    /** Nothing is proposed while another node is to lead. */
    private final Window window;
    private volatile boolean leading;
    /** The latest in which the applier knows that it leads. */
    private volatile long openedTerm = -1;
    private boolean closing;
    private boolean failed;

    /**
     * Takes a folder and sees whether what is in it is whole. Nothing is applied before {@link #begin}.
     *
     * @param wallMicros the time of day in microseconds, above which fences go on
     * @param broken is told when nothing can be written or applied any more; the process must end
     * @throws IOException where the folder cannot be used; the message says why, and what to do
     */
    public static RaftJournal open(
            StorageSettings settings,
            Applier applier,
            LongSupplier nanoTime,
            LongSupplier wallMicros,
            Consumer<Throwable> broken)
            throws IOException {
        return new RaftJournal(settings, applier, nanoTime, wallMicros, broken);
    }

    private RaftJournal(
            StorageSettings settings,
            Applier applier,
            LongSupplier nanoTime,
            LongSupplier wallMicros,
            Consumer<Throwable> broken)
            throws IOException {
        this.applier = applier;
        this.limits = settings.limits();
        this.longestRecovery = settings.longestRecovery();
        this.folder = settings.folder();
        this.wallMicros = wallMicros;
        this.broken = broken;
        this.clock = new LogClock(nanoTime);
        this.window = new Window(clock, nanoTime, this::propose);
        this.events = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("dflockd-log-events").factory());
        this.ticks = new Ticks(this::tick);
        this.machine = new LogMachine(
                new Gate(), Engine::readSnapshot, this::members, this::later, this::broke, this::applied);
        this.snapshots = new SnapshotPlan(machine, applier, this::later, this::fail,
                settings.cluster().isPresent() ? KeptLog.OF_A_MEMBER : KeptLog.NONE,
                LogRoom.OF_THIS_PROCESS);
        this.voter = Voter.open(settings, machine);
        this.disk = new DiskSpace(folder, DiskSpace.of(folder),
                () -> settings.minFreeBytes().orElseGet(() -> DiskSpace.usual(snapshots.snapshotBytes())),
                this::makeRoom);
        this.leaderless = settings.cluster()
                .map(cluster -> new Leaderless(voter, this::fail, cluster.electionTimeout()));
        this.agreement = new Agreement(settings.cluster().map(ClusterSettings::room), applier.engine(), this::fail);
        this.operations = settings.cluster()
                .map(cluster -> new Members(this, voter, machine, agreement, details(cluster),
                        2 * cluster.electionTimeout().toMillis()));
    }

    private OwnDetails details(ClusterSettings cluster) {
        var own = new OwnDetails(cluster.version(), cluster.room().mostStateBytes(), voter, machine, disk);
        voter.tell(own::read);
        return own;
    }

    private void makeRoom() {
        machine.snapshots().makeRoom();
        snapshots.want();
    }

    private List<Node> members() {
        return voter.members();
    }

    /**
     * Returns, of a node that is alone, when it leads. A member of a cluster may follow then, and there may be no leader yet;
     * in its first start it first waits for all others, as {@link FirstStart} has it.
     */
    @Override
    public void begin() throws IOException {
        voter.start();
        if (voter.isMember()) {
            disk.start();
            later(machine::learnMembers);
            leaderless.ifPresent(Leaderless::start);
            return;
        }
        try {
            leads.get(longestRecovery.toMillis(), TimeUnit.MILLISECONDS);
            disk.start(); // a snapshot of half of what is being read would be of little use
        } catch (TimeoutException e) {
            throw new IOException("the log was not read and begun within " + longestRecovery.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw located(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the log was read", e);
        }
    }

    @Override
    public Optional<Operations> operations() {
        return operations;
    }

    @Override
    public void submit(Action action) {
        var turn = turns.get();
        turn.add(action);
        if (turn.bytes() >= OpenBatch.MAX_BYTES) {
            endTurn();
        }
    }

    @Override
    public void endTurn() {
        var turn = turns.get();
        if (turn.isEmpty()) {
            return;
        }
        batching.lock();
        try {
            if (leading) {
                window.join(turn);
            }
        } finally {
            batching.unlock();
            turn.clear();
        }
    }

    private void propose(Proposal proposal, long ofTerm) {
        var unusedAsItIsHeardOf = voter.submit(proposal).whenComplete((reply, failure) -> {
            if (failure != null || !reply.isSuccess()) {
                later(() -> lost(ofTerm, failure != null ? failure : reply.getException()));
            }
        });
    }

    /** What follows a batch that is not in the log does not follow any more. */
    private void lost(long ofTerm, Throwable cause) {
        if (cause instanceof NotLeaderException || (voter.isMember() && !machine.leadsIn(ofTerm))) {
            return; // it may be in the log; the machine tells what became of the leadership, and of the log
        }
        batching.lock();
        try {
            if (closing || ofTerm != window.term()) {
                return;
            }
            leading = false;
        } finally {
            batching.unlock();
        }
        var failure = new IOException("the log takes no more: " + cause.getMessage(), cause);
        if (voter.isMember()) {
            // Another term begins with numbers of its own; the log itself says where it cannot be written.
            LOG.atWarn().setMessage("gives the leadership up").setCause(failure).log();
            voter.stepDown();
        } else {
            fail(failure);
        }
    }

    @Override
    public boolean handOver() {
        return voter.isMember() && handOver(Optional.empty());
    }

    /**
     * Lets another node lead, and returns whether one does: the one of this name, or else the one that has most of the log.
     * What was handed in before is decided first; what comes meanwhile waits, and is proposed if this node goes on to lead.
     * Blocks, some seconds at most.
     */
    boolean handOver(Optional<String> to) {
        batching.lock();
        try {
            if (!leading || window.isHolding()) {
                return false;
            }
            window.hold();
            awaitDecided(false);
        } finally {
            batching.unlock();
        }
        boolean done = voter.handOver(to);
        batching.lock();
        try {
            window.goOn();
            tick(); // the time stood still meanwhile, and who rang for it rings again only behind a batch
        } finally {
            batching.unlock();
        }
        return done;
    }

    @Override
    public Optional<String> copy() throws IOException {
        return Optional.of(snapshots.writeNow(LONGEST_COPY).path().toString());
    }

    /** Where nothing moves the time on, an empty batch does. */
    private void tick() {
        batching.lock();
        try {
            if (leading && window.isIdle()) {
                window.propose();
            }
        } finally {
            batching.unlock();
        }
    }

    private void applied(Batch batch, int bytes, Optional<Command.Checkpoint> checkpoint) {
        boolean opened = false;
        batching.lock();
        try {
            if (window.decided(batch)) {
                opened = batch.number() == 0 && !closing && !failed;
                if (opened) {
                    leading = true;
                }
                if (leading) {
                    checkpoint.ifPresent(taken -> window.append(ofDriver(taken))); // goes with the next batch
                }
                calm.signalAll();
            }
        } finally {
            batching.unlock();
        }
        if (opened) {
            applier.lead(batch.term());
            openedTerm = batch.term();
            leads.complete(batch.term());
        }
        snapshots.applied(bytes);
    }

    private static Turn ofDriver(Command... commands) {
        var turn = new Turn();
        for (var command : commands) {
            turn.add(Action.ofDriver(command));
        }
        return turn;
    }

    /** Between the machine and the applier: a term is opened before anybody may lead in it. */
    private final class Gate implements Applier {
        @Override
        public boolean apply(long timeMs, Action action) {
            boolean isSound = applier.apply(timeMs, action);
            if (action.command() instanceof Command.SetLimits || action.command() instanceof Command.SetRules) {
                agreement.now(applier.engine());
            }
            return isSound;
        }

        @Override
        public void batchApplied() {
            applier.batchApplied();
            batching.lock();
            try {
                window.proposeIfFree();
                if (leading) {
                    ticks.plan(clock.nanosUntil(applier.engine().nextDeadlineMs()));
                }
            } finally {
                batching.unlock();
            }
        }

        @Override
        public void lead(long newTerm) {
            batching.lock();
            try {
                window.begin(newTerm);
                calm.signalAll();
                leading = false;
                clock.start(applier.engine().nowMs());
                window.append(ofDriver(new Command.OpenTerm(newTerm, wallMicros.getAsLong())));
                if (!voter.isMember() || applier.engine().term() == 0) {
                    window.append(ofDriver(new Command.SetLimits(limits)));
                }
                window.propose();
            } finally {
                batching.unlock();
            }
        }

        @Override
        public void follow(Optional<Node> leader) {
            batching.lock();
            try {
                window.forget();
                calm.signalAll();
                if (!leading && !voter.isMember()) {
                    return;
                }
                leading = false;
            } finally {
                batching.unlock();
            }
            applier.follow(leader);
        }

        @Override
        public Engine engine() {
            return applier.engine();
        }

        @Override
        public void replace(Engine other) {
            applier.replace(other);
            agreement.now(other);
        }
    }

    /** Has it decided, while this node leads in that term; whether it is proposed. */
    boolean decide(Command command, long term) {
        batching.lock();
        try {
            if (!leading || window.term() != term) {
                return false;
            }
            window.join(ofDriver(command));
            return true;
        } finally {
            batching.unlock();
        }
    }

    /** How long it took, while this node led, until what it had proposed was applied; in nanoseconds. */
    Histogram commitTimes() {
        batching.lock();
        try {
            return window.times().copy();
        } finally {
            batching.unlock();
        }
    }

    @Override
    public boolean isFull() {
        return window.waitingBytes() > maxWaitingBytes;
    }

    @Override
    public boolean isOverfull() {
        return window.waitingBytes() > maxWaitingBytes + maxWaitingBytes / 2;
    }

    @Override
    public boolean isShortOfRoom() {
        return disk.isShort();
    }

    @Override
    public long timeMs() {
        batching.lock();
        try {
            return clock.nowMs();
        } finally {
            batching.unlock();
        }
    }

    @Override
    public boolean isDurable() {
        return true;
    }

    /** Who leads is as Ratis knows it now; of this node itself only that its term is opened counts. */
    @Override
    public Standing standing() {
        var standing = machine.standing();
        boolean leads = standing.leads() && leading && openedTerm == standing.term();
        if (leads || !voter.isMember()) {
            return new Standing(standing.leader(), standing.term(), leads, standing.members());
        }
        var name = voter.otherLeader();
        return new Standing(
                standing.members().stream().filter(node -> node.name().equals(name)).findFirst(), standing.term(),
                false, standing.members());
    }

    private void later(Runnable task) {
        try {
            events.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().setMessage("the log is closed, what it would tell is left out").log();
        }
    }

    /** A log that ended for itself may have done so as this node is no member any more. */
    private void broke(Throwable cause) {
        if (!LogMachine.ENDED.equals(cause.getMessage())) {
            fail(cause);
            return;
        }
        later(() -> fail(voter.isRemoved() ? Leaderless.wasRemoved() : cause));
    }

    private void fail(Throwable cause) {
        batching.lock();
        try {
            if (closing || failed) {
                return;
            }
            failed = true;
            leading = false;
            calm.signalAll();
        } finally {
            batching.unlock();
        }
        broken.accept(cause instanceof IOException ? located(cause) : cause);
        leads.completeExceptionally(cause);
    }

    private IOException located(Throwable cause) {
        return new IOException(folder + ": " + reason(cause), cause);
    }

    /** What it says, and what the system said, where that is something else. */
    private static String reason(Throwable cause) {
        var said = String.valueOf(cause.getMessage());
        var root = cause;
        for (var next = root.getCause(); next != null; next = next.getCause()) {
            root = next;
        }
        var first = String.valueOf(root.getMessage());
        return said.contains(first) ? said : said + " (" + first + ")";
    }

    @Override
    public void close() {
        awaitCalm();
        ticks.close();
        leaderless.ifPresent(Leaderless::close);
        disk.close();
        voter.handOver(Optional.empty());
        snapshots.close();
        events.shutdown();
        voter.close();
    }

    /** What was handed in is decided, so that nobody who was answered is wrong, and nobody who waits waits in vain. */
    private void awaitCalm() {
        batching.lock();
        try {
            awaitDecided(true);
            closing = true;
            leading = false;
        } finally {
            batching.unlock();
        }
    }

    /** What is under way, and, if it is to be, what waits to be proposed. */
    private void awaitDecided(boolean all) {
        long left = LONGEST_CLOSE.toNanos();
        try {
            while (leading && left > 0 && !window.isDecided(all)) {
                left = calm.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
