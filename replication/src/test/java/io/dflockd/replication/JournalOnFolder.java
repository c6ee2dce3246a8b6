package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.Action;
import io.dflockd.engine.Command;
import io.dflockd.engine.EngineLimits;
import io.dflockd.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A journal with one voter on a folder, whose time passes when a test says so, and what it has applied. */
final class JournalOnFolder implements AutoCloseable {
    static final EngineLimits WIDE = new EngineLimits(
            1_000_000, 0, 0, 0, 0, 1L << 30, 16 << 20, 10_000, 600_000, true, 5_000, 60_000);
    /** Of a connection that no test speaks for otherwise. */
    static final long CONNECTION = 7;

    final EngineApplier applier;
    final RaftJournal journal;
    final List<Throwable> failures = new CopyOnWriteArrayList<>();
    /** What was applied, in its order, but for what drives the log itself. */
    final List<Action> actions = Collections.synchronizedList(new ArrayList<>());
    private final Path folder;
    private final AtomicLong nanos;
    /** How many there were when the latest batch was all applied. */
    private volatile int actionsAtEnd;

    /** Opens it, but does not begin. {@code nanos}: its clock, which goes on over restarts. */
    JournalOnFolder(Path folder, EngineApplier applier, AtomicLong nanos, long wallMicros) throws IOException {
        this(new StorageSettings(folder, true, false, Duration.ofSeconds(30), WIDE, Optional.empty(),
                OptionalLong.empty()), applier, nanos,
                wallMicros);
    }

    JournalOnFolder(StorageSettings settings, EngineApplier applier, AtomicLong nanos, long wallMicros)
            throws IOException {
        this.folder = settings.folder();
        this.applier = applier;
        this.nanos = nanos;
        journal = RaftJournal.open(settings, applier, nanos::get, () -> wallMicros, failures::add);
        applier.after = action -> {
            if (action.connection() != Action.DRIVER) {
                actions.add(action);
            }
        };
        applier.atEnd = () -> {
            journal.endTurn();
            actionsAtEnd = actions.size();
        };
    }

    JournalOnFolder begin() throws IOException {
        journal.begin();
        return this;
    }

    /** An action that no state comes of. */
    static Action signal(long connection, long request, String payload) {
        return new Action(0, connection, connection, request, 0, new Command.Signal("channel", payload));
    }

    static Action ask(long request, Command command) {
        boolean grants = command instanceof Command.Acquire || command instanceof Command.Enqueue;
        return new Action(grants ? request : 0, CONNECTION, CONNECTION, request, 0, command);
    }

    /** Hands in one action as a turn, and waits until all of its batch is applied. */
    void apply(Action action) {
        int before = actions.size();
        journal.submit(action);
        journal.endTurn();
        await(() -> actionsAtEnd > before);
    }

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    void await(Condition condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.holds()) {
            assertThat(failures).isEmpty();
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    interface Condition {
        boolean holds();
    }

    /** Closing waits for a while at most and goes on then, but what comes next wants the folder. */
    @Override
    public void close() {
        journal.close();
        if (!isFree(folder)) {
            ClosingRatis.endWait();
        }
        Eventually.await("the folder to be free", Duration.ofSeconds(30), () -> isFree(folder));
    }

    private static boolean isFree(Path folder) {
        try {
            DataFolder.open(folder).close();
            return true;
        } catch (IOException e) {
            return !e.getMessage().contains("is held by another process");
        }
    }
}
