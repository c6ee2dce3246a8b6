package io.dflockd.micrometer;

import io.dflockd.client.Lease;
import io.dflockd.client.LeaseMode;
import io.dflockd.client.ServerAddress;
import io.micrometer.observation.Observation;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the observation of an acquisition knows, for conventions, handlers and filters. */
public final class AcquireContext extends Observation.Context {
    private final String key;
    private final String name;
    private final LeaseMode mode;
    private final Duration wait;
    private final ServerAddress server;
    private volatile @Nullable Lease lease;
    private volatile @Nullable String outcome;

    AcquireContext(String key, String name, LeaseMode mode, Duration wait, ServerAddress server) {
        this.key = key;
        this.name = name;
        this.mode = mode;
        this.wait = wait;
        this.server = server;
    }

    /** What is asked for. No low-cardinality value: see {@link #keyName()}. */
    public String key() {
        return key;
    }

    /** What the naming made of the key, one of at most 101. */
    public String keyName() {
        return name;
    }

    public LeaseMode mode() {
        return mode;
    }

    /** Zero for a try that does not wait. */
    public Duration waitAtMost() {
        return wait;
    }

    /** Who is asked; a cluster by the first address that was given. */
    public ServerAddress server() {
        return server;
    }

    /** What was granted; null before that. */
    public @Nullable Lease lease() {
        return lease;
    }

    /** {@code granted}, {@code timeout}, {@code skipped}, {@code cancelled} or {@code error}; null before the end. */
    public @Nullable String outcome() {
        return outcome;
    }

    void granted(Lease granted) {
        lease = granted;
        outcome = "granted";
    }

    void ended(String how) {
        outcome = how;
    }
}
