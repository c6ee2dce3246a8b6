package io.dflockd.benchmarks.watched;

import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import io.dflockd.engine.InventoryWalk;
import io.dflockd.protocol.Verb;
import io.dflockd.service.LimitNames;
import io.dflockd.service.RequestHandler;
import io.dflockd.service.ServiceSettings;
import io.dflockd.service.access.AuditLog;
import io.dflockd.service.access.AuditTrail;
import io.dflockd.service.access.Gate;
import io.dflockd.service.access.Identities;
import io.dflockd.service.access.Login;
import io.dflockd.service.admin.AdminDesk;
import io.dflockd.service.admin.DataQuery;
import io.dflockd.service.admin.Health;
import io.dflockd.service.admin.LockQuery;
import io.dflockd.service.admin.LockWalk;
import io.dflockd.service.admin.Walk;
import io.dflockd.service.driver.Alarm;
import io.dflockd.service.driver.DirectJournal;
import io.dflockd.service.driver.EngineDriver;
import io.dflockd.service.session.Replies;
import io.dflockd.service.stats.ServerCounters;
import io.dflockd.service.visit.Visit;
import io.dflockd.service.visit.VisitorDesk;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * How long a walk over many locks keeps the engine at a time. In this process, in one thread, so that each piece is taken by the
 * clock; what that thread had of a processor is told beside, as on a machine where others work it may stand still within a piece.
 */
public final class EngineWalks {
    private static final int MOST_ROWS = 1000;
    private static final int WARM_UPS = 3;
    private static final long LEASE_S = 3_600;
    private static final double NANOS_PER_MS = 1e6;
    private static final Alarm AT_ONCE = (task, delay) -> {
        if (delay == 0) {
            task.run();
        }
        return () -> {};
    };

    private final int locks;
    private final int rounds;
    private final AtomicLong salts = new AtomicLong();
    private final EngineDriver driver;
    private final AdminDesk desk;
    private final Visit visit;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    /** {@code locks}: how many are held while the engine is looked through. */
    @SuppressWarnings("NullAway") // what else a server has is not asked for
    public EngineWalks(int locks, int rounds) {
        this.locks = locks;
        this.rounds = rounds;
        var limits = new EngineLimits(
                2 * locks, 0, 0, 0, 0, Long.MAX_VALUE / 4, 1 << 24, 1_000, 60_000, true, 5_000, 60_000);
        driver = new EngineDriver(new Engine(limits, 1), new Replies(1 << 24), salts::incrementAndGet, AT_ONCE,
                EngineWalks::fail, () -> {},
                (applier, lock) -> new DirectJournal(applier, lock, System::nanoTime, (task, delay) -> () -> {}));
        var counters = new ServerCounters();
        desk = new AdminDesk(driver, counters, new Health(driver), 0, Optional.empty(), AT_ONCE, AuditLog.NONE, null);
        var visitors = new VisitorDesk(AT_ONCE, 65_536);
        visitors.serve(new RequestHandler(
                new ServiceSettings(30_000, MOST_ROWS, 1 << 24, 65_536, 20_000, LimitNames.none()), driver,
                Identities.none(), counters, new Gate(counters, 0, 0, 0, System::nanoTime, AT_ONCE),
                AuditTrail.none()));
        visit = visitors.open(Login.OF_ANYBODY, false, null, "bench").orElseThrow();
    }

    private static void fail(Throwable failure) {
        throw new IllegalStateException(failure);
    }

    /** Walks in all ways that operators can, and returns a table in Markdown. */
    public String run() {
        // The last comes first in most orders, so that whoever looks keeps each row for a while, which takes longest.
        for (int i = locks; i > 0; i--) {
            ask(Verb.LOCK, "jobs/%07d/team-%d".formatted(i, i % 100), "0 " + (LEASE_S + i));
        }
        for (int i = locks / 10; i > 0; i--) {
            ask(Verb.KSET, "conf/%07d".formatted(i), "value");
        }
        var text = new StringBuilder("| walk | pieces | p50 ms | p99 ms | longest ms | of a processor, longest ms |"
                + " above 1 ms | rows at the end, ms |\n|---|---|---|---|---|---|---|---|\n");
        for (var order : LockQuery.ORDERS) {
            text.append(row("locks by " + order, () -> desk.locks(query(order, "", ""))));
        }
        text.append(row("locks behind the half", () -> desk.locks(query("key", "", "jobs/%07d".formatted(locks / 2)))));
        text.append(row("locks of one prefix", () -> desk.locks(query("key", "jobs/00", ""))));
        text.append(row("values", () -> desk.data(new DataQuery("values", key -> true, "", "", MOST_ROWS))));
        text.append(row("stats", () -> {
            var walk = new InventoryWalk(MOST_ROWS);
            return () -> driver.view().look(walk::step);
        }));
        return text.toString();
    }

    private void ask(Verb verb, String key, String argument) {
        visit.ask(verb, key, argument).toCompletableFuture().join();
    }

    private static LockQuery query(String order, String prefix, String after) {
        return new LockQuery(key -> true, prefix, after, List.of(), "", "", "", 0, 0, order, MOST_ROWS);
    }

    private String row(String name, Supplier<? extends Walk> walks) {
        for (int i = 0; i < WARM_UPS; i++) {
            var walk = walks.get();
            while (!walk.step()) {
                Thread.onSpinWait();
            }
            var unusedRows = walk instanceof LockWalk found ? found.rows() : List.of();
        }
        var wall = new Histogram(3);
        long mostCpu = 0;
        long above = 0;
        long end = 0;
        long pausedBefore = pauses();
        for (int i = 0; i < rounds; i++) {
            var walk = walks.get();
            boolean isDone = false;
            while (!isDone) {
                long cpu = threads.getCurrentThreadCpuTime();
                long begunAt = System.nanoTime();
                isDone = walk.step();
                long took = System.nanoTime() - begunAt;
                mostCpu = Math.max(mostCpu, threads.getCurrentThreadCpuTime() - cpu);
                wall.recordValue(took);
                above += took > NANOS_PER_MS ? 1 : 0;
            }
            if (walk instanceof LockWalk found) {
                long begunAt = System.nanoTime();
                int rows = found.rows().size();
                end = Math.max(end, rows == 0 ? 0 : System.nanoTime() - begunAt);
            }
        }
        System.err.printf(Locale.ROOT, "%s: %d ms of garbage collection meanwhile%n", name, pauses() - pausedBefore);
        return String.format(Locale.ROOT, "| %s | %,d | %.3f | %.3f | %.3f | %.3f | %d | %s |%n", name,
                wall.getTotalCount() / rounds, wall.getValueAtPercentile(50) / NANOS_PER_MS,
                wall.getValueAtPercentile(99) / NANOS_PER_MS, wall.getMaxValue() / NANOS_PER_MS, mostCpu / NANOS_PER_MS,
                above, end == 0 ? "" : String.format(Locale.ROOT, "%.3f", end / NANOS_PER_MS));
    }

    private static long pauses() {
        return ManagementFactory.getGarbageCollectorMXBeans()
                .stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }
}
