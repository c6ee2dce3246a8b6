package io.dflockd.transport;

import io.dflockd.service.stats.ServerCounters;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** The connections of one server, over whatever port they came. Thread-safe. */
public final class Connections {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final long LOG_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** What a connection takes that does nothing, and what one takes that is encrypted; measured and rounded up. */
    private static final long FIXED_BYTES = 4 * 1024;
    private static final long FIXED_BYTES_ENCRYPTED = 16 * 1024;
    /** The part of the memory of all that may go to those that do nothing. */
    private static final int IDLE_PART = 2;

    private final TransportSettings settings;
    private final ServerCounters counters;
    private final ConnectionMemory memory;
    private final SharedLines sharedLines;
    private final ConcurrentMap<EventExecutor, Wakes> wakes = new ConcurrentHashMap<>();
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong unlogged = new AtomicLong();
    private final AtomicLong nextLogAt;

    public Connections(TransportSettings settings, ServerCounters counters) {
        this.settings = settings;
        this.counters = counters;
        this.memory = new ConnectionMemory(settings.memoryBytes());
        this.sharedLines = new SharedLines(memory);
        this.nextLogAt = new AtomicLong(settings.nanoTime().getAsLong());
    }

    /** How many there may be at once where they may take so much memory together, whatever they do. */
    public static int most(long memoryBytes, boolean encrypted) {
        return Math.clamp(memoryBytes / IDLE_PART / fixedBytes(encrypted), 1, Integer.MAX_VALUE);
    }

    static long fixedBytes(boolean encrypted) {
        return encrypted ? FIXED_BYTES_ENCRYPTED : FIXED_BYTES;
    }

    void add(Connection connection) {
        open.add(connection);
    }

    void remove(Connection connection, ServerCounters.Closed reason) {
        open.remove(connection);
        counters.closed(reason);
        synchronized (this) {
            notifyAll();
        }
    }

    public int size() {
        return open.size();
    }

    ConnectionMemory memory() {
        return memory;
    }

    SharedLines sharedLines() {
        return sharedLines;
    }

    /** Those who are to be woken on this event loop, of which there are only a few. */
    Wakes wakes(EventExecutor loop) {
        return wakes.computeIfAbsent(loop, Wakes::new);
    }

    ServerCounters counters() {
        return counters;
    }

    /**
     * One ends because all together take too much memory. Says so at once, then once a minute with a count.
     *
     * @param identify has the line say which one it is
     */
    void logEviction(UnaryOperator<LoggingEventBuilder> identify, long bytes) {
        long count = unlogged.incrementAndGet();
        long now = settings.nanoTime().getAsLong();
        long at = nextLogAt.get();
        if (now - at >= 0 && nextLogAt.compareAndSet(at, now + LOG_INTERVAL_NANOS)) {
            unlogged.addAndGet(-count);
            identify.apply(LOG.atWarn())
                    .setMessage("connections take too much memory, closed the largest")
                    .addKeyValue("closed", count)
                    .addKeyValue("bytes", bytes)
                    .addKeyValue("most_bytes", settings.memoryBytes())
                    .log();
        }
    }

    /** Has all write what they have to say, and end. Also wakes those for whom this thread had something. */
    public void drain() {
        Batch.current().finish();
        for (var connection : open) {
            connection.channel().eventLoop().execute(connection::drain);
        }
    }

    /** Ends all at once. */
    public void close() {
        for (var connection : open) {
            connection.abandon();
        }
    }

    /** Waits until all have ended, for up to {@code most}; zero for ever. Returns whether they have. */
    public synchronized boolean awaitNone(Duration most) {
        long deadline = System.nanoTime() + most.toNanos();
        try {
            while (!open.isEmpty()) {
                long restMs = most.isZero() ? 0 : TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (restMs <= 0 && !most.isZero()) {
                    return false;
                }
                wait(restMs);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
