package io.dflockd.service.driver;

import io.dflockd.engine.Action;
import io.dflockd.engine.Command;
import io.dflockd.engine.order.Applier;
import io.dflockd.engine.order.Journal;
import io.dflockd.engine.order.Standing;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The order of a state that lives in memory alone: whoever hands an action in applies it itself, under one lock. Handing it
 * to another thread would cost more than the work.
 */
public final class DirectJournal implements Journal {
    private static final long NANOS_PER_MS = 1_000_000;
    private static final long NEVER = Long.MAX_VALUE;
    private static final Standing ALONE = new Standing(Optional.empty(), 0, true, List.of());

    private final Applier applier;
    private final ReentrantLock lock;
    private final LongSupplier nanoTime;
    private final Alarm alarm;
    private final long startedAt;
    private long nextTickMs = NEVER;
    private Alarm.@Nullable Planned nextTick;

    /** Applies under this lock, which those who hand actions in hold too: taking it again costs as much as a lookup. */
    public DirectJournal(Applier applier, ReentrantLock lock, LongSupplier nanoTime, Alarm alarm) {
        this.applier = applier;
        this.lock = lock;
        this.nanoTime = nanoTime;
        this.alarm = alarm;
        this.startedAt = nanoTime.getAsLong();
    }

    @Override
    public void begin() {
        // There was nothing before.
    }

    @Override
    public void submit(Action action) {
        if (applier.apply(timeMs(), action)) {
            planTick();
        }
    }

    private void planTick() {
        long nextMs = applier.engine().nextDeadlineMs();
        if (nextMs >= nextTickMs) {
            return;
        }
        if (nextTick != null) {
            nextTick.cancel();
        }
        nextTickMs = nextMs;
        long delayNanos = startedAt + nextMs * NANOS_PER_MS - nanoTime.getAsLong();
        nextTick = alarm.schedule(() -> tick(nextMs), Math.max(0, delayNanos));
    }

    /** Where another tick was planned meanwhile, that one does the work. */
    private void tick(long plannedMs) {
        lock.lock();
        try {
            if (nextTickMs == plannedMs) {
                nextTickMs = NEVER;
                nextTick = null;
                submit(Action.ofDriver(new Command.Tick()));
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long timeMs() {
        return (nanoTime.getAsLong() - startedAt) / NANOS_PER_MS;
    }

    @Override
    public void endTurn() {
        // What was handed in is applied already.
    }

    @Override
    public boolean isFull() {
        return false;
    }

    @Override
    public boolean isDurable() {
        return false;
    }

    @Override
    public Standing standing() {
        return ALONE;
    }

    @Override
    public void close() {
        // There is nothing to write.
    }
}
