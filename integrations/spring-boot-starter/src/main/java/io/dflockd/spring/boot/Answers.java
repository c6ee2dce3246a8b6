package io.dflockd.spring.boot;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.ServerAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** Whether the servers answer, asked at most once a second however often somebody wants to know. */
final class Answers {
    private static final Duration MOST_WAIT = Duration.ofSeconds(1);
    private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    private final Asking asking;
    private final LongSupplier nanos;
    private final Duration downAfter;
    private final int servers;
    private final ReentrantLock lock = new ReentrantLock();
    private Map<ServerAddress, Duration> last = Map.of();
    private long askedAt;
    private long answeredAt;
    private boolean wasAsked;

    /** What the servers are asked by. */
    interface Asking {
        Map<ServerAddress, Duration> ping(Duration wait) throws InterruptedException;
    }

    Answers(DflockdClient client, Duration downAfter) {
        this(client::ping, client.servers().size(), System::nanoTime, downAfter);
    }

    Answers(Asking asking, int servers, LongSupplier nanos, Duration downAfter) {
        this.asking = asking;
        this.servers = servers;
        this.nanos = nanos;
        this.downAfter = downAfter;
        this.answeredAt = nanos.getAsLong();
    }

    /**
     * How it is.
     *
     * @param isUp whether all servers answered within the time that they may be silent
     * @param details for people
     */
    record Health(boolean isUp, Map<String, Object> details) {}

    Health look() {
        lock.lock();
        try {
            long now = nanos.getAsLong();
            if (!wasAsked || now - askedAt >= PAUSE_NANOS) {
                askedAt = now;
                wasAsked = true;
                ask();
            }
            return health(nanos.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    private void ask() {
        try {
            last = asking.ping(MOST_WAIT);
            if (last.size() == servers) {
                answeredAt = nanos.getAsLong();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) { // a client that is closed, or whatever a customizer made of it
            last = Map.of();
        }
    }

    private Health health(long now) {
        var details = new LinkedHashMap<String, Object>();
        last.forEach((server, took) -> details.put(server.toString(), took.toNanos() / 1_000_000.0 + " ms"));
        details.put("servers", servers);
        details.put("answered", last.size());
        return new Health(last.size() == servers || now - answeredAt < downAfter.toNanos(), details);
    }
}
