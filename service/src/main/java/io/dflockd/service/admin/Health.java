package io.dflockd.service.admin;

import io.dflockd.service.driver.Alarm;
import io.dflockd.service.driver.EngineDriver;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Whether the server lives and can be used. It never waits for the engine: each second a task takes the engine's lock and notes
 * when, so that a lock that nobody gives back is seen by the age of that note. Thread-safe.
 */
public final class Health {
    private static final long BEAT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long OLDEST_BEAT_MS = 30_000;
    private static final long NANOS_PER_MS = 1_000_000;

    private final EngineDriver driver;
    private volatile Phase phase = Phase.STARTING;
    private volatile boolean wasReady;
    private volatile long beatAt = System.nanoTime();

    private enum Phase {
        STARTING,
        SERVING,
        STOPPING
    }

    /**
     * One thing that was looked at.
     *
     * @param detail what was found
     */
    public record Check(String name, boolean passes, String detail) {}

    public Health(EngineDriver driver) {
        this.driver = driver;
    }

    /** The server listens and what it knew before is restored. From now on the heart beats. */
    public void serving(Alarm alarm) {
        beat(alarm);
        phase = Phase.SERVING;
        wasReady = true;
    }

    /** The server stops. */
    public void stopping() {
        phase = Phase.STOPPING;
    }

    private void beat(Alarm alarm) {
        if (driver.touch()) {
            beatAt = System.nanoTime();
        }
        alarm.schedule(() -> beat(alarm), BEAT_NANOS);
    }

    /** What a restart would heal. Neither others nor load nor a stop that is under way have a part in it. */
    public List<Check> liveness() {
        return List.of(engine(), heartbeat());
    }

    /** Whether clients should be sent here. */
    public List<Check> readiness() {
        return List.of(
                new Check("started", phase != Phase.STARTING,
                        phase == Phase.STARTING ? "restores its state" : "listens"),
                new Check("not_draining", phase != Phase.STOPPING && !isDraining(),
                        phase == Phase.STOPPING ? "stops" : isDraining() ? "drains" : "takes requests"),
                engine(),
                leader());
    }

    private boolean isDraining() {
        return driver.isDraining() || driver.isDrained();
    }

    /** Whether it was ever ready. */
    public List<Check> startup() {
        return List.of(new Check("started", wasReady, wasReady ? "was ready" : "restores its state"));
    }

    public boolean isReady() {
        return readiness().stream().allMatch(Check::passes);
    }

    private Check engine() {
        return new Check("engine", !driver.hasFailed(), driver.hasFailed() ? "failed" : "well");
    }

    private Check heartbeat() {
        long ageMs = (System.nanoTime() - beatAt) / NANOS_PER_MS;
        boolean beats = phase != Phase.SERVING || ageMs < OLDEST_BEAT_MS;
        return new Check("heartbeat", beats, phase == Phase.SERVING ? "%.1f s ago".formatted(ageMs / 1000.0) : "rests");
    }

    /** A node that does not lead passes its clients on to the one that does. */
    private Check leader() {
        var standing = driver.standing();
        if (standing.members().isEmpty()) {
            return new Check("leader", true, "this node is alone");
        }
        if (driver.leads()) {
            return new Check("leader", true, "this node leads");
        }
        return standing.leader()
                .map(node -> new Check("leader", true, node.name() + " leads"))
                .orElseGet(() -> new Check("leader", false, "no node is known to lead"));
    }
}
