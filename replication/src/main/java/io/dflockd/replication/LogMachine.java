package io.dflockd.replication;

import io.dflockd.engine.Action;
import io.dflockd.engine.Command;
import io.dflockd.engine.Engine;
import io.dflockd.engine.order.Applier;
import io.dflockd.engine.order.Node;
import io.dflockd.engine.order.Standing;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * Ratis' state machine: takes what is committed out of the log, checks that nothing is missing, and has it applied.
 *
 * <p>Ratis applies in one thread, its updater. It tells of leadership from that thread or while it holds its own locks, so
 * what follows from it is left to {@code events}, which runs one task at a time, in order. Both call the applier only with
 * {@link #applying} held.
 */
final class LogMachine extends BaseStateMachine {
    private static final Action TICK = Action.ofDriver(new Command.Tick());
    /** What is told when Ratis ends, also where it was told to. */
    static final String ENDED = "the log was closed";
    /** The rules that there are so far. */
    static final int RULES = 1;
    /** Of so many own batches one is read back, to see that the octets say the same. */
    private static final int READ_BACK_EVERY = 1_000;

    /**
     * How far an engine is.
     *
     * @param head what a snapshot of it is of
     * @param digest of its state, as {@link Checkpoints} take it
     */
    record Position(SnapshotHead head, long digest) {}

    /** What is told of batches. */
    interface Applied {
        /**
         * The actions of this batch, which took so many bytes, are applied.
         *
         * @param checkpoint is to be put into the log by whoever leads
         */
        void applied(Batch batch, int bytes, Optional<Command.Checkpoint> checkpoint);
    }

    /** What says of a folder which log must be in it at the next start. */
    interface Mark {
        /** Of a machine whose log nobody misses. */
        Mark NONE = new Mark() {
            @Override
            public void written(long ignoredIndex) {}

            @Override
            public void installed(long ignoredIndex) {}
        };

        /** There are records up to this one, which are acknowledged next. */
        void written(long index) throws IOException;

        /** The log is let go up to this record, all of which is in a snapshot, and may have no other. */
        void installed(long index) throws IOException;
    }

    private final Applier applier;
    private final SnapshotFile.Reader<Engine> loader;
    /** The state without any entry of the log. */
    private final byte[] beginning;
    private final Supplier<List<Node>> members;
    private final Executor events;
    private final Consumer<Throwable> broken;
    private final Applied listener;
    private final SnapshotStorage snapshots = new SnapshotStorage();
    private final ReentrantLock applying = new ReentrantLock();
    /** With {@link #applying} held. */
    private final BatchOrder applied = new BatchOrder();
    private final Checkpoints checkpoints = new Checkpoints();
    /** In the order of the log; Ratis holds a lock. */
    private final BatchOrder appended = new BatchOrder();
    private volatile Mark mark = Mark.NONE;
    /** Raised when a snapshot of the leader begins to replace the state, and when it has: odd meanwhile. */
    private final AtomicLong replacements = new AtomicLong();
    private volatile Standing standing = new Standing(Optional.empty(), 0, false, List.of());
    /** Of the latest configuration that was applied, with which a term begins; in Ratis' updater. */
    private long configuredTerm;

    /**
     * Begins with the applier's engine, which is replaced where there is a snapshot.
     *
     * @param members of the cluster, as the log has them
     * @param events runs one task at a time, in order
     * @param broken is told when what is in the log cannot be applied; the process must end
     * @param listener is told of each batch when its actions are applied, before the applier is told that it was all
     */
    LogMachine(
            Applier applier,
            SnapshotFile.Reader<Engine> loader,
            Supplier<List<Node>> members,
            Executor events,
            Consumer<Throwable> broken,
            Applied listener) {
        this.applier = applier;
        this.loader = loader;
        this.members = members;
        this.events = events;
        this.broken = broken;
        this.listener = listener;
        this.beginning = octetsOf(applier.engine()).toByteArray();
    }

    Standing standing() {
        return standing;
    }

    /**
     * {@code mark} is called before what comes is acknowledged to anybody, so that a folder that lacks it afterwards is no new
     * one. What was not yet on the disk when this node ended is missed by nobody, and is no loss.
     */
    void beforeAnythingIsKept(Mark mark) {
        this.mark = mark;
    }

    /** Of the thread that writes the log, when what it has written is to go to the disk. */
    @Override
    public CompletableFuture<Void> flush(long index) {
        try {
            mark.written(index);
            return CompletableFuture.completedFuture(null);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    SnapshotStorage snapshots() {
        return snapshots;
    }

    /** Writes a snapshot of the present state, of which there is a copy in memory meanwhile. Nothing is applied while that is made. */
    SnapshotStorage.Stored writeSnapshot() throws IOException {
        SnapshotHead head;
        Octets octets;
        applying.lock();
        try {
            head = position().head();
            octets = octetsOf(applier.engine());
        } finally {
            applying.unlock();
        }
        return snapshots.add(head, octets::writeTo);
    }

    /** What {@link #wasReplacedSince} is asked with later. */
    long replacements() {
        return replacements.get();
    }

    /** Whether a snapshot of the leader replaces the state and the log, or did since there were so many replacements. */
    boolean wasReplacedSince(long before) {
        return before % 2 != 0 || replacements.get() != before;
    }

    /** Where the applier's engine is now. */
    Position position() {
        applying.lock();
        try {
            var last = getLastAppliedTermIndex();
            var head = new SnapshotHead(RULES, last.getTerm(), last.getIndex(), applied.numberIn(last.getTerm()));
            return new Position(head, Checkpoints.digest(applier.engine()));
        } finally {
            applying.unlock();
        }
    }

    /** What the state takes, by the engine's own estimate. */
    long stateBytes() {
        applying.lock();
        try {
            return applier.engine().bytes();
        } finally {
            applying.unlock();
        }
    }

    /** Another engine, as the newest snapshot has it, or else as all began. */
    ShadowEngine shadow() throws IOException {
        SnapshotStorage.@Nullable Stored latest = snapshots.latest().orElse(null);
        return latest == null
                ? new ShadowEngine(loader.read(new DataInputStream(new ByteArrayInputStream(beginning))))
                : new ShadowEngine(SnapshotFile.read(latest.path(), loader), latest.head());
    }

    RaftLog log() throws IOException {
        return division().getRaftLog();
    }

    /** Where the files of the log are. */
    Path currentFolder() throws IOException {
        return division().getRaftStorage().getStorageDir().getCurrentDir().toPath();
    }

    private RaftServer.Division division() throws IOException {
        return getServer().join().getDivision(getGroupId());
    }

    private static Octets octetsOf(Engine engine) {
        var octets = new Octets((int) Math.min(engine.bytes(), LogRoom.OF_THIS_PROCESS.copiedBytes()));
        try {
            engine.writeSnapshot(new DataOutputStream(octets));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // never, in memory
        }
        return octets;
    }

    /** A state in memory, once: it need not be copied to grow where its length was foreseen, nor to be written. */
    private static final class Octets extends ByteArrayOutputStream {
        private static final int PIECE = 1 << 16;

        Octets(int foreseen) {
            super(foreseen);
        }

        /** In pieces: the JDK copies what is handed to a file once more, as much as is handed to it at once. */
        void writeTo(DataOutput out) throws IOException {
            for (int at = 0; at < count; at += PIECE) {
                out.write(buf, at, Math.min(PIECE, count - at));
            }
        }
    }

    /**
     * Lets the log go up to the older one of the two snapshots, in files that are past it as a whole. Ratis does so only
     * behind a snapshot that it asked for, and it asks for none where nothing was applied since the newest.
     *
     * @param kept what stays for others that are behind
     */
    void purge(KeptLog kept) throws IOException {
        long index = Math.min(takeSnapshot(), snapshots.beingSent(System.nanoTime()));
        if (index >= 0) {
            var unusedAsNobodyWaits = log().purge(kept.purgeable(currentFolder(), index));
        }
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage) throws IOException {
        super.initialize(server, group, storage);
        snapshots.init(storage);
        load();
        getLifeCycle().startAndTransition(() -> {});
    }

    /**
     * A snapshot came from the leader as a whole. What Ratis does next, as long as this does not throw, is to put it in the
     * place of all others, and to let the log go up to it: so it has to be on the disk when this returns.
     */
    @Override
    public void pause() {
        replacements.incrementAndGet();
        try {
            mark.installed(snapshots.receive().head().index());
        } catch (IOException e) {
            var failure = new IOException(
                    "the snapshot that came from the leader cannot be kept: " + DataFolder.reason(e), e);
            broken.accept(failure);
            throw new UncheckedIOException(failure);
        }
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    /** Goes on from the snapshot that came from the leader. */
    @Override
    public void reinitialize() throws IOException {
        snapshots.takeReceived();
        if (snapshots.latest().isEmpty()) {
            var failure = new IOException("there is no snapshot that came from the leader");
            broken.accept(failure);
            throw failure;
        }
        load();
        replacements.incrementAndGet();
        if (getLifeCycleState() == LifeCycle.State.PAUSED) {
            getLifeCycle().transition(LifeCycle.State.STARTING);
            getLifeCycle().transition(LifeCycle.State.RUNNING);
        }
    }

    private void load() throws IOException {
        SnapshotStorage.@Nullable Stored latest = snapshots.latest().orElse(null);
        if (latest == null) {
            return;
        }
        var engine = SnapshotFile.read(latest.path(), loader);
        var head = latest.head();
        applying.lock();
        try {
            applier.replace(engine);
            checkpoints.clear();
            applied.continueAfter(head.term(), head.number());
            setLastAppliedTermIndex(TermIndex.valueOf(head.term(), head.index()));
        } finally {
            applying.unlock();
        }
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return snapshots;
    }

    /** Does no work: says up to where a snapshot lets the log go. */
    @Override
    public long takeSnapshot() {
        return snapshots.oldest().map(stored -> stored.head().index()).orElse(RaftLog.INVALID_LOG_INDEX);
    }

    @Override
    public TransactionContext startTransaction(RaftClientRequest request) {
        var builder = TransactionContext.newBuilder().setStateMachine(this).setClientRequest(request);
        if (request.getMessage() instanceof Proposal proposal) {
            builder.setStateMachineContext(proposal.batch());
        }
        return builder.build();
    }

    /**
     * Refuses what does not follow before it is in the log, where it would stop every node. What this lets pass is in the
     * log then, or the log has failed: so what Ratis itself would still refuse, for its length, is refused here.
     */
    @Override
    public TransactionContext preAppendTransaction(TransactionContext transaction) throws IOException {
        if (!(transaction.getStateMachineContext() instanceof Batch batch)) {
            throw new StateMachineException("only batches are for this log", false);
        }
        int bytes = transaction.getStateMachineLogEntry().getLogData().size();
        if (bytes > RaftSettings.MAX_BATCH_BYTES) {
            throw new StateMachineException(
                    "a batch has " + bytes + " bytes, may have " + RaftSettings.MAX_BATCH_BYTES, false);
        }
        long term = getServer().join().getDivision(getGroupId()).getInfo().getCurrentTerm();
        if (batch.term() != term) {
            throw new StateMachineException("a batch of term " + batch.term() + " is late, this is term " + term,
                    false);
        }
        var refusal = appended.take(batch.term(), batch.number());
        if (refusal.isPresent()) {
            throw new StateMachineException("a batch does not follow: " + refusal.get(), false);
        }
        return transaction;
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        var entry = transaction.getLogEntry();
        applying.lock();
        try {
            apply(batch(entry, transaction.getStateMachineContext(), applied), entry.getSerializedSize());
            updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
            return CompletableFuture.completedFuture(Message.EMPTY);
        } catch (BrokenBatchException e) {
            var located = e.at(entry.getIndex());
            broken.accept(located);
            throw new IllegalStateException(located);
        } catch (RuntimeException | Error e) {
            broken.accept(e);
            throw e;
        } finally {
            applying.unlock();
        }
    }

    private void apply(Batch batch, int bytes) throws BrokenBatchException {
        for (var action : actionsOf(batch)) {
            if (action.command() instanceof Command.Checkpoint said) {
                checkpoints.check(said, applier.engine());
            }
            apply(batch.timeMs(), action);
        }
        listener.applied(batch, bytes, checkpoints.take(batch, applier.engine()));
        applier.batchApplied();
    }

    private void apply(long timeMs, Action action) {
        if (!applier.apply(timeMs, action)) {
            throw new IllegalStateException("the state is not sound any more, so nothing more is applied");
        }
    }

    /** What is to be applied for a batch. */
    static List<Action> actionsOf(Batch batch) {
        return batch.actions().isEmpty() ? List.of(TICK) : batch.actions();
    }

    /** The batch that an entry has, which must be the next one. {@code own}: the same as an object, where there is one. */
    static Batch batch(LogEntryProto entry, @Nullable Object own, BatchOrder order) throws BrokenBatchException {
        var batch = read(entry.getStateMachineLogEntry().getLogData().asReadOnlyByteBuffer(), own);
        if (batch.rules() > RULES) {
            throw new BrokenBatchException(
                    "it is decided by rules " + batch.rules() + ", this program knows rules up to " + RULES);
        }
        if (batch.term() != entry.getTerm()) {
            throw new BrokenBatchException("it is of term " + batch.term() + ", its entry of term " + entry.getTerm());
        }
        var refusal = order.take(batch.term(), batch.number());
        if (refusal.isPresent()) {
            throw new BrokenBatchException(refusal.get());
        }
        return batch;
    }

    private static Batch read(ByteBuffer octets, @Nullable Object own) throws BrokenBatchException {
        if (!(own instanceof Batch batch)) {
            return BatchCodec.read(octets);
        }
        if (batch.number() % READ_BACK_EVERY == 0 && !BatchCodec.read(octets).equals(batch)) {
            throw new BrokenBatchException("its octets say something else than what was handed in");
        }
        return batch;
    }

    @Override
    public void notifyTermIndexUpdated(long term, long index) {
        applying.lock();
        try {
            super.notifyTermIndexUpdated(term, index);
        } finally {
            applying.unlock();
        }
    }

    @Override
    public void notifyConfigurationChanged(long term, long index, RaftConfigurationProto ignoredMembers) {
        configuredTerm = term;
        events.execute(this::learnMembers);
    }

    /** Who is a member now, while nothing else has changed. */
    void learnMembers() {
        applying.lock();
        try {
            var known = standing;
            standing = new Standing(known.leader(), known.term(), known.leads(), members.get());
        } finally {
            applying.unlock();
        }
    }

    @Override
    public void notifyLeaderReady() {
        long term = configuredTerm;
        var self = String.valueOf(getId());
        events.execute(() -> stand(self, term, true));
    }

    @Override
    public void notifyNotLeader(Collection<TransactionContext> ignoredAsTheyMayBeCommitted) {
        events.execute(() -> stand("", standing.term(), false));
    }

    /** Of this node itself only that it is ready counts. */
    @Override
    public void notifyLeaderChanged(RaftGroupMemberId self, RaftPeerId leader) {
        if (!leader.equals(self.getPeerId())) {
            events.execute(() -> stand(leader.toString(), currentTerm(), false));
        }
    }

    @Override
    public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto ignoredEntry) {
        broken.accept(
                new IOException("the log cannot be written (" + DataFolder.reason(rootOf(cause)) + ")", cause));
    }

    /** What went wrong first. */
    static Throwable rootOf(Throwable cause) {
        var root = cause;
        for (var next = root.getCause(); next != null; next = next.getCause()) {
            root = next;
        }
        return root;
    }

    /** Ratis also ends for itself, where something went wrong in it that it does not tell of. */
    @Override
    public void close() {
        broken.accept(new IOException(ENDED));
    }

    private void stand(String leader, long term, boolean leads) {
        var all = members.get();
        var next = new Standing(
                all.stream().filter(node -> node.name().equals(leader)).findFirst(), term, leads, all);
        applying.lock();
        try {
            standing = next;
            if (next.leads()) {
                applier.lead(next.term());
            } else {
                applier.follow(next.leader());
            }
        } finally {
            applying.unlock();
        }
    }

    /** Whether Ratis has this node lead in this term. */
    boolean leadsIn(long term) {
        try {
            var info = getServer().join().getDivision(getGroupId()).getInfo();
            return info.isLeader() && info.getCurrentTerm() == term;
        } catch (IOException e) {
            return false; // it is being closed
        }
    }

    private long currentTerm() {
        try {
            return getServer().join().getDivision(getGroupId()).getInfo().getCurrentTerm();
        } catch (IOException e) {
            return standing.term(); // it is being closed
        }
    }
}
