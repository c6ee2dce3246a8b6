package io.dflockd.replication;

import io.dflockd.engine.Effects;
import io.dflockd.engine.Engine;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.raftlog.RaftLog;
import org.jspecify.annotations.Nullable;

/**
 * A second engine, that comes to the same state as the first one by the same log, to be written while the first goes on.
 * What it has effects on is nobody. Not thread-safe.
 */
final class ShadowEngine {
    /** What it follows. */
    interface Log {
        /** Null where there is no such entry. */
        @Nullable
        LogEntryProto read(long index) throws IOException;
    }

    private final Engine engine;
    private final Effects effects = new Effects();
    private final BatchOrder order = new BatchOrder();
    private long index;

    /** Begins with a state that no entry of the log is in. */
    ShadowEngine(Engine engine) {
        this.engine = engine;
        index = RaftLog.INVALID_LOG_INDEX;
    }

    /** Goes on from a snapshot. */
    ShadowEngine(Engine engine, SnapshotHead head) {
        this.engine = engine;
        index = head.index();
        order.continueAfter(head.term(), head.number());
    }

    Engine engine() {
        return engine;
    }

    /**
     * Applies the log up to where the other engine was.
     *
     * @return whether it is there; not where it was to stop before
     * @throws IOException where the log cannot be read, or leads to another state than that of the other engine
     */
    boolean follow(Log log, LogMachine.Position to, BooleanSupplier isToStop) throws IOException {
        while (index < to.head().index()) {
            if (isToStop.getAsBoolean()) {
                return false;
            }
            apply(log, index + 1);
            index++;
        }
        long number = order.numberIn(to.head().term());
        if (index != to.head().index() || number != to.head().number()
                || Checkpoints.digest(engine) != to.digest()) {
            throw new IOException("the log up to index " + index + " and batch " + number
                    + " leads to another state than that at index " + to.head().index() + " and batch "
                    + to.head().number() + ": " + engine.census());
        }
        return true;
    }

    private void apply(Log log, long next) throws IOException {
        var entry = log.read(next);
        if (entry == null) {
            throw new IOException("index " + next + " is not in the log");
        }
        if (!entry.hasStateMachineLogEntry()) {
            return;
        }
        try {
            var batch = LogMachine.batch(entry, null, order);
            for (var action : LogMachine.actionsOf(batch)) {
                engine.apply(batch.timeMs(), action, effects);
                effects.clear();
            }
        } catch (BrokenBatchException e) {
            throw new IOException(e.at(next).getMessage(), e);
        }
    }
}
