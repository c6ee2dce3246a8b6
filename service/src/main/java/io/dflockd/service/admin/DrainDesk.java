package io.dflockd.service.admin;

import io.dflockd.engine.order.Operations;
import io.dflockd.service.driver.Alarm;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.stats.ServerCounters;
import io.dflockd.service.stats.StatsWorker;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empties a server before it is stopped, and takes it into use again. One that is alone takes no new holds and waits until those
 * that there are have ended; a member of a cluster hands the lead on and waits until its clients are with others. It is as it was
 * after a restart. Thread-safe.
 */
public final class DrainDesk {
    private static final Logger LOG = LoggerFactory.getLogger(DrainDesk.class);
    private static final long FIRST_LOOK_MS = 5_000;
    private static final long LONGEST_BETWEEN_LOOKS_MS = 300_000;
    private static final long NANOS_PER_MS = 1_000_000;

    private final EngineDriver driver;
    private final ServerCounters counters;
    private final Alarm alarm;
    private final LongSupplier clock;
    /** For what blocks: one at a time. */
    private final StatsWorker worker = new StatsWorker("dflockd-drain");
    private volatile @Nullable Drain drain;
    private Alarm.@Nullable Planned end;

    /** What came of it. */
    public sealed interface Result {
        record Done() implements Result {}

        /** It is as it was before. */
        record Refused(String reason) implements Result {}

        /** So many wait for something like it that nothing was done. */
        record Busy() implements Result {}
    }

    /** What came of taking all again. */
    public enum Undone {
        DONE,
        /** It took all already. */
        WAS_NOT_DRAINED,
        /** So many wait for something like it that nothing was done. */
        BUSY
    }

    /** What there is yet. {@code left}: what is to become 0 before the server can be stopped without harm. */
    public record Rest(int holds, int waiters, int connections, long left) {}

    /** {@code clock}: the time of day in milliseconds since 1970. */
    public DrainDesk(EngineDriver driver, ServerCounters counters, Alarm alarm, LongSupplier clock) {
        this.driver = driver;
        this.counters = counters;
        this.alarm = alarm;
        this.clock = clock;
    }

    /** Why and since when; empty where nobody wants it. */
    public Optional<Drain> now() {
        return Optional.ofNullable(drain);
    }

    /**
     * Takes nothing new from now on; a leader hands the lead on first. Where it is so already, reason and deadline are those
     * given now.
     *
     * @param withinMs by when it should be empty: what is left then is logged; empty for no end
     */
    public CompletionStage<Result> begin(OptionalLong withinMs, String reason, String actor) {
        var result = new CompletableFuture<Result>();
        if (!worker.submit(() -> result.complete(beginNow(withinMs, reason, actor)))) {
            result.complete(new Result.Busy());
        }
        return result;
    }

    private synchronized Result beginNow(OptionalLong withinMs, String reason, String actor) {
        @Nullable Drain former = drain;
        long now = clock.getAsLong();
        var deadline = withinMs.isPresent() ? OptionalLong.of(now + withinMs.getAsLong()) : withinMs;
        var begun = new Drain(former == null ? now : former.sinceMs(), deadline, reason, actor);
        drain = begun;
        driver.drained(true);
        @Nullable Operations operations = driver.operations().orElse(null);
        if (operations != null && driver.leads()) {
            var verdict = handOn(operations);
            if (!verdict.isDone()) {
                drain = former;
                driver.drained(former != null);
                return new Result.Refused("no other member takes the lead: " + verdict.text());
            }
        }
        LOG.atInfo()
                .setMessage("drained: takes nothing new")
                .addKeyValue("reason", reason)
                .addKeyValue("deadline", withinMs.isPresent() ? withinMs.getAsLong() / 1000 + " s" : "none")
                .addKeyValue("left", rest().left())
                .log();
        stopClock();
        withinMs.ifPresent(ms -> end = alarm.schedule(() -> worker.submit(() -> over(begun)), ms * NANOS_PER_MS));
        if (operations != null && former == null) {
            lookLater(FIRST_LOOK_MS, begun.sinceMs());
        }
        return new Result.Done();
    }

    /** Whatever goes wrong there, the server must be drained or not be, and whoever asked be told which. */
    private static Operations.Verdict handOn(Operations operations) {
        try {
            return operations.transfer(Optional.empty());
        } catch (RuntimeException e) {
            LOG.atError().setMessage("the lead cannot be handed on, this is a bug").setCause(e).log();
            return new Operations.Verdict(false, "it failed, the log of this node has the reason");
        }
    }

    private void stopClock() {
        if (end != null) {
            end.cancel();
            end = null;
        }
    }

    private void over(Drain which) {
        if (!which.equals(drain)) {
            return;
        }
        var rest = rest();
        if (rest.left() == 0) {
            LOG.atInfo().setMessage("the time to drain is over, and nothing is left").log();
        } else {
            LOG.atWarn()
                    .setMessage("the time to drain is over, and not all has ended; the server stays drained")
                    .addKeyValue("holds", rest.holds())
                    .addKeyValue("waiters", rest.waiters())
                    .addKeyValue("connections", rest.connections())
                    .log();
        }
    }

    /** A member that was made leader all the same, as others are gone, hands the lead on again, ever less often. */
    private void lookLater(long pauseMs, long since) {
        alarm.schedule(() -> worker.submit(() -> look(pauseMs, since)), pauseMs * NANOS_PER_MS);
    }

    private synchronized void look(long pauseMs, long since) {
        @Nullable Drain present = drain;
        if (present == null || present.sinceMs() != since) {
            return;
        }
        long next = pauseMs;
        if (driver.leads()) {
            driver.operations().ifPresent(operations -> {
                var verdict = handOn(operations);
                LOG.atWarn()
                        .setMessage("this node is drained and was made leader; it hands the lead on")
                        .addKeyValue("done", verdict.isDone())
                        .addKeyValue("result", verdict.text())
                        .log();
            });
            next = Math.min(2 * pauseMs, LONGEST_BETWEEN_LOOKS_MS);
        }
        lookLater(next, since);
    }

    /** Takes all again. */
    public CompletionStage<Undone> end() {
        var ended = new CompletableFuture<Undone>();
        if (!worker.submit(() -> ended.complete(endNow() ? Undone.DONE : Undone.WAS_NOT_DRAINED))) {
            ended.complete(Undone.BUSY);
        }
        return ended;
    }

    /** Returns whether it did not take all. */
    private synchronized boolean endNow() {
        boolean was = drain != null;
        drain = null;
        stopClock();
        driver.drained(false);
        if (was) {
            LOG.atInfo().setMessage("drained no more: takes all again").log();
        }
        return was;
    }

    /** Takes the engine's lock for a moment. */
    public Rest rest() {
        var census = driver.view().census();
        int connections = counters.openConnections();
        boolean isAlone = driver.standing().members().isEmpty();
        return new Rest(
                census.holds(), census.waiters(), connections,
                isAlone ? census.holds() + census.waiters() : connections);
    }
}
