package io.dflockd.cli.guard;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.dflockd.cli.line.Exit;
import io.dflockd.client.Lease;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Runs a command while a lease is held, and ends it when the lease is lost.
 *
 * <p>Looks at the lease when it says that it is lost, and at intervals of half the safety margin besides, so that it finds
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
     * @param askedToEnd whether this process got a signal meanwhile that asks to end: INT, TERM or HUP
     */
    public record Outcome(int status, boolean lost, boolean askedToEnd) {}

    public Outcome run(Lease lease, Path executable, List<String> program) throws InterruptedException {
        var watch = new LeaseWatch(marginNanos, System.nanoTime());
        try (var child = Child.start(executable, program, lease, environment)) {
            boolean lost = false;
            while (child.isAlive() && !lost) {
                lost = isLost(watch, lease);
                if (!lost) {
                    await(child, lease);
                }
            }
            lost |= isLost(watch, lease) || !lease.isValid();
            if (lost) {
                lost(lease, watch, child);
            }
            int status = child.waitFor();
            return new Outcome(lost && endsOnLoss ? Exit.LOST.status() : status, lost, child.askedToEnd());
        }
    }

    private static boolean isLost(LeaseWatch watch, Lease lease) {
        long now = System.nanoTime();
        return watch.isLost(now, lease.remaining().toNanos()) || lease.lost().isDone();
    }

    private void lost(Lease lease, LeaseWatch watch, Child child) throws InterruptedException {
        var why = lease.lost().isDone() ? " (" + lease.lost().join() + ")" : "";
        var what = lease.key() + ": the lock was lost" + why;
        if (!child.isAlive()) {
            warnings.accept(what + " before the command ended");
        } else if (endsOnLoss) {
            warnings.accept(what + "; ending the command");
            child.end(watch.graceNanos(System.nanoTime()));
        } else {
            warnings.accept(what + "; the command goes on without it");
        }
    }

    private void await(Child child, Lease lease) throws InterruptedException {
        try {
            var unusedAsOnlyTheTimeCounts = CompletableFuture.anyOf(child.exited(), lease.lost())
                    .get(Math.min(marginNanos / 2, MAX_TICK_NANOS), NANOSECONDS);
        } catch (TimeoutException e) {
            // Time to look again.
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
