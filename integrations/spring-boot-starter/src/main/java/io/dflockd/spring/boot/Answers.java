package io.dflockd.spring.boot;

import io.dflockd.client.ClientMetrics;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.error.ClientClosedException;
import io.dflockd.client.spi.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the servers answer. Whoever looks gets what is known and has them asked, on a thread of its own: at most once a
 * second, and one time after another. While one is silent they are asked each second, as long as somebody looks now and then,
 * so that silence is measured and not guessed from how rarely somebody looks.
 */
final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
    private static final Duration MOST_WAIT = Duration.ofSeconds(1);
    private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long NOW_AND_THEN_NANOS = Duration.ofMinutes(1).toNanos();

    private final Asking asking;
    private final List<ServerAddress> servers;
    private final Supplier<ClientMetrics.Connections> connections;
    private final TimeSource time;
    private final Executor executor;
    private final Duration downAfter;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<ServerAddress, Duration> answered = new HashMap<>();
    private final Map<ServerAddress, Long> silentSince = new HashMap<>();
    private boolean isUnderWay;
    private boolean wasAsked;
    private boolean isKnown;
    private boolean isClosed;
    private long askedAt;
    private long lookedAt;
    private TimeSource.@Nullable Alarm alarm;

    /** What the servers are asked by. */
    interface Asking {
        Map<ServerAddress, Duration> ping(Duration wait) throws InterruptedException;
    }

    Answers(DflockdClient client, Duration downAfter) {
        this(client::ping, client.servers(), () -> client.metrics().connections(), TimeSource.system(), task -> {
            var thread = new Thread(task, "dflockd-health");
            thread.setDaemon(true);
            thread.start();
        }, downAfter);
    }

    Answers(Asking asking, List<ServerAddress> servers, Supplier<ClientMetrics.Connections> connections,
            TimeSource time, Executor executor, Duration downAfter) {
        this.asking = asking;
        this.servers = servers;
        this.connections = connections;
        this.time = time;
        this.executor = executor;
        this.downAfter = downAfter;
    }

    /**
     * How it is.
     *
     * @param isUp whether any server answered within the time that all may be silent
     * @param details for people
     */
    record Health(boolean isUp, Map<String, Object> details) {}

    /** Waits at most a second for the very first answers, and for none after that. */
    Health look() {
        lock.lock();
        try {
            lookedAt = time.nanoTime();
        } finally {
            lock.unlock();
        }
        askIfDue();
        lock.lock();
        try {
            long left = MOST_WAIT.toNanos();
            while (!isKnown && left > 0) {
                left = changed.awaitNanos(left);
            }
            return health(time.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return health(time.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    private void askIfDue() {
        lock.lock();
        try {
            long now = time.nanoTime();
            if (isUnderWay || isClosed || (wasAsked && now - askedAt < PAUSE_NANOS)) {
                return;
            }
            isUnderWay = true;
            wasAsked = true;
            askedAt = now;
        } finally {
            lock.unlock();
        }
        executor.execute(this::ask);
    }

    private void ask() {
        Map<ServerAddress, Duration> now = Map.of();
        boolean closed = false;
        try {
            now = asking.ping(MOST_WAIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ClientClosedException e) {
            closed = true;
        } catch (RuntimeException e) { // whatever a customizer made of the client
            LOG.debug("the servers cannot be asked", e);
        } finally {
            note(now, closed);
        }
    }

    private void note(Map<ServerAddress, Duration> now, boolean closed) {
        lock.lock();
        try {
            answered.clear();
            answered.putAll(now);
            for (var server : servers) {
                if (now.containsKey(server)) {
                    silentSince.remove(server);
                } else {
                    silentSince.putIfAbsent(server, askedAt);
                }
            }
            isUnderWay = false;
            isKnown = true;
            isClosed = closed;
            changed.signalAll();
            if (alarm != null) {
                alarm.cancel();
                alarm = null;
            }
            if (!silentSince.isEmpty() && !closed && time.nanoTime() - lookedAt < NOW_AND_THEN_NANOS) {
                alarm = time.after(PAUSE_NANOS, this::askIfDue);
            }
        } finally {
            lock.unlock();
        }
    }

    private Health health(long now) {
        var details = new LinkedHashMap<String, Object>();
        for (var server : servers) {
            @Nullable Duration took = answered.get(server);
            @Nullable Long since = silentSince.get(server);
            if (took != null) {
                details.put(server.toString(), took.toNanos() / 1_000_000.0 + " ms");
            } else if (since != null) {
                details.put(server.toString(),
                        "silent for " + Duration.ofSeconds(Duration.ofNanos(now - since).toSeconds()));
            }
        }
        details.put("servers", servers.size());
        details.put("answered", answered.size());
        var own = connections.get();
        details.put("connections", own.open());
        details.put("sessionsResumed", own.resumed());
        details.put("sessionsLost", own.sessionsLost());
        return new Health(!isClosed && !isDown(now), details);
    }

    /** Whether all are silent, and the last of them has been for long enough. */
    private boolean isDown(long now) {
        return silentSince.size() == servers.size()
                && silentSince.values().stream().allMatch(since -> now - since >= downAfter.toNanos());
    }
}
