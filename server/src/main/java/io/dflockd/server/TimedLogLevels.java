package io.dflockd.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.dflockd.service.access.AuditLog;
import io.dflockd.service.admin.LogLevels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Changes levels of the log of this process, and back again. Only parts that there are: a name that nobody logs by would stay
 * for as long as the process. A server that ends leaves the levels as they were.
 */
final class TimedLogLevels implements LogLevels, AutoCloseable {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(TimedLogLevels.class);
    private static final String OWN = "io.dflockd";
    private static final int MOST = 64;

    private final AuditLog audit;
    private final ScheduledThreadPoolExecutor alarm = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("dflockd-log-levels").factory());
    private final Map<String, Wish> wishes = new LinkedHashMap<>();
    private long number;

    /** {@code usual}: null where it logs as the part above it. */
    private record Wish(
            long number, Logger logger, Level level, @Nullable Level usual, long endsAtNanos, Future<?> end) {}

    TimedLogLevels(AuditLog audit) {
        this.audit = audit;
        alarm.setRemoveOnCancelPolicy(true);
    }

    /** Null where this program logs by something else, as one that has a server within it may. */
    private static @Nullable LoggerContext context() {
        return LoggerFactory.getILoggerFactory() instanceof LoggerContext context ? context : null;
    }

    @Override
    public synchronized String set(String name, String level, long seconds) {
        var context = context();
        if (context == null) {
            return "the log of this program is not the server's to change";
        }
        @Nullable Logger logger = name.equals(Logger.ROOT_LOGGER_NAME) ? context.getLogger(name) : context.exists(name);
        if (name.equals(Audit.LOGGER) || logger == null) {
            return "no part of the server logs as '" + name + "'; " + OWN + " is all of it, others are "
                    + parts(context);
        }
        @Nullable Wish former = wishes.get(name);
        if (former == null && wishes.size() >= MOST) {
            return "there are " + MOST + " changed levels already";
        }
        var wanted = Level.toLevel(level);
        long mine = ++number;
        if (former != null) {
            former.end().cancel(false);
        }
        wishes.put(name, new Wish(mine, logger, wanted, former == null ? logger.getLevel() : former.usual(),
                System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds),
                alarm.schedule(() -> end(name, mine), seconds, TimeUnit.SECONDS)));
        logger.setLevel(wanted);
        LOG.atInfo()
                .setMessage("logs at another level")
                .addKeyValue("logger", name)
                .addKeyValue("level", level)
                .addKeyValue("for", seconds + " s")
                .log();
        return "";
    }

    private static String parts(LoggerContext context) {
        return context.getLoggerList()
                .stream()
                .map(Logger::getName)
                .filter(each -> each.startsWith(OWN + ".") && each.indexOf('.', OWN.length() + 1) < 0)
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private synchronized void end(String name, long mine) {
        @Nullable Wish wish = wishes.get(name);
        if (wish == null || wish.number() != mine) {
            return; // a later one counts
        }
        wishes.remove(name);
        wish.logger().setLevel(wish.usual());
        LOG.atInfo().setMessage("logs as usual again").addKeyValue("logger", name).log();
        audit.record("log_level.restored", Map.of("logger", name, "level", word(wish.usual()), "outcome", "done"));
    }

    private static String word(@Nullable Level level) {
        return level == null ? "" : level.toString().toLowerCase(Locale.ROOT);
    }

    @Override
    public String level() {
        var context = context();
        return context == null ? "" : word(context.getLogger(OWN).getEffectiveLevel());
    }

    @Override
    public synchronized List<Changed> changed() {
        long now = System.nanoTime();
        return wishes.entrySet()
                .stream()
                .map(each -> new Changed(each.getKey(), word(each.getValue().level()), word(each.getValue().usual()),
                        TimeUnit.NANOSECONDS.toMillis(Math.max(0, each.getValue().endsAtNanos() - now))))
                .toList();
    }

    @Override
    public synchronized void close() {
        alarm.shutdownNow();
        wishes.values().forEach(wish -> wish.logger().setLevel(wish.usual()));
        wishes.clear();
    }
}
