package io.dflockd.cli.guard;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.dflockd.cli.line.Exit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Runs a command while leases are held, and ends it when one of them is lost.
 *
 * <p>Looks at them when one says that it is lost, and at intervals of half the safety margin besides, so that it finds
 * out after having been stopped (Ctrl-Z, kill -STOP) and when the connection is broken. The first thing it asks after
 * waking is the clock.
 */
public final class Guard {
    private static final long MAX_TICK_NANOS = 1_000_000_000L;

    private final Consumer<String> warnings;
    private final Map<String, String> environment;
    private final long marginNanos;
    private final boolean endsOnLoss;

    public Guard(Consumer<String> warnings, Map<String, String> environment, Duration margin, boolean endsOnLoss) {
        this.warnings = warnings;
        this.environment = environment;
        this.marginNanos = margin.toNanos();
        this.endsOnLoss = endsOnLoss;
    }

    /**
     * How it ended.
     *
     * @param status the command's, or {@link Exit#LOST} when it was ended or not protected to its end
     * @param signals what this process has got from the start of the command on
     */
    public record Outcome(int status, boolean lost, PassedSignals signals) {}

    public Outcome run(Holding holding, Path executable, List<String> program) throws InterruptedException {
        var watch = new LeaseWatch(marginNanos, System.nanoTime());
        try (var child = Child.start(executable, program, holding, environment)) {
            boolean lost = watch(child, holding, watch);
            if (lost) {
                lost(holding, watch, child);
            }
            int status = child.waitFor();
            endOthers(holding, watch, child);
            child.over();
            return new Outcome(lost && endsOnLoss ? Exit.LOST.status() : status, lost, child.signals());
        }
    }

    /** Until the command has ended or the leases count as lost; whether they do. */
    private boolean watch(Child child, Holding holding, LeaseWatch watch) throws InterruptedException {
        var news = new Semaphore(0);
        var unused = child.exited().thenRun(news::release);
        var unusedToo = holding.lost().thenRun(news::release);
        boolean lost = isLost(watch, holding);
        while (child.isAlive() && !lost) {
            var unusedAsOnlyTheTimeCounts = news.tryAcquire(Math.min(marginNanos / 2, MAX_TICK_NANOS), NANOSECONDS);
            lost = isLost(watch, holding);
        }
        return lost || !holding.isValid();
    }

    private static boolean isLost(LeaseWatch watch, Holding holding) {
        long now = System.nanoTime();
        return watch.isLost(now, holding.remaining().toNanos()) || holding.loss() != null;
    }

    private void lost(Holding holding, LeaseWatch watch, Child child) throws InterruptedException {
        var why = holding.loss() == null ? "" : " (" + holding.loss() + ")";
        var what = holding.names() + ": the lock was lost" + why;
        if (!child.isAlive()) {
            Aside.say(() -> warnings.accept(what + " before the command ended")).await();
        } else if (endsOnLoss) {
            child.end(watch.graceNanos(System.nanoTime()), () -> warnings.accept(what + "; ending the command"));
        } else {
            Aside.say(() -> warnings.accept(what + "; the command goes on without it")).await();
        }
    }

    /** What the command left running must not outlive the lock, which is still held. */
    private void endOthers(Holding holding, LeaseWatch watch, Child child) throws InterruptedException {
        int others = child.others();
        if (others > 0) {
            child.end(watch.graceNanos(System.nanoTime()), () -> warnings.accept(
                    holding.names() + ": the command has ended, but not all that it started; ending "
                            + (others == 1 ? "one process" : others + " processes")));
        }
    }
}
