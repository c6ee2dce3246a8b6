package io.dflockd.replication;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.LifeCycle;

/** Writes down what Ratis has it do. */
final class RecordingMachine extends BaseStateMachine {
    final List<String> applied = new CopyOnWriteArrayList<>();
    final List<String> events = new CopyOnWriteArrayList<>();
    final CountDownLatch ready = new CountDownLatch(1);
    private final boolean movesToRunning;
    volatile int appliedWhenReady = -1;
    volatile long snapshotIndex = RaftLog.INVALID_LOG_INDEX;
    final AtomicInteger snapshotsAsked = new AtomicInteger();
    /** What the log waits for before it goes to the disk. */
    volatile CompletableFuture<Void> flushing = CompletableFuture.completedFuture(null);
    final CountDownLatch flushed = new CountDownLatch(1);

    RecordingMachine(boolean movesToRunning) {
        this.movesToRunning = movesToRunning;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage) throws IOException {
        super.initialize(server, group, storage);
        if (movesToRunning) {
            getLifeCycle().startAndTransition(() -> {});
        }
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        var entry = transaction.getLogEntry();
        applied.add(entry.getStateMachineLogEntry().getLogData().toStringUtf8());
        updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
        return CompletableFuture.completedFuture(Message.EMPTY);
    }

    @Override
    public CompletableFuture<Void> flush(long index) {
        var held = flushing;
        if (!held.isDone()) {
            flushed.countDown();
        }
        return held;
    }

    @Override
    public void notifyLeaderReady() {
        appliedWhenReady = applied.size();
        events.add("ready");
        ready.countDown();
    }

    @Override
    public long takeSnapshot() {
        snapshotsAsked.incrementAndGet();
        snapshotIndex = getLastAppliedTermIndex().getIndex();
        return snapshotIndex;
    }

    LifeCycle.State state() {
        return getLifeCycleState();
    }
}
