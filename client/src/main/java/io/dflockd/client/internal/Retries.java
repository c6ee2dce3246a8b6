package io.dflockd.client.internal;

import io.dflockd.client.error.DflockdException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/**
 * Something that is tried until it works, with growing pauses. What is to be expected, such as a server that is not there
 * yet, is one line in the log when it begins and one when it is over. Thread-safe.
 */
public final class Retries {
    private static final long FIRST_PAUSE_NANOS = 100_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 5_000_000_000L;

    private final Logger log;
    private final String what;
    private final Backoff backoff = new Backoff(FIRST_PAUSE_NANOS, LONGEST_PAUSE_NANOS);
    private final AtomicLong failures = new AtomicLong();

    /** {@code what} begins the lines, and says what does not come about, as {@code jobs: no campaign}. */
    public Retries(Logger log, String what) {
        this.log = log;
        this.what = what;
    }

    public void failed(DflockdException cause) {
        if (failures.getAndIncrement() == 0) {
            log.warn("{} until this is over, tried again and again: {}", what, Words.of(cause));
        } else {
            log.debug("{} yet: {}", what, Words.of(cause));
        }
    }

    public void worked() {
        backoff.reset();
        long before = failures.getAndSet(0);
        if (before > 0) {
            log.info("{}: that is over after {} attempts", what, before);
        }
    }

    public long nextPauseNanos() {
        return backoff.next();
    }
}
