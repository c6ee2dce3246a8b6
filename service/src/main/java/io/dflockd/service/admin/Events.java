package io.dflockd.service.admin;

import io.dflockd.engine.EventRing;
import io.dflockd.service.driver.Alarm;
import io.dflockd.service.driver.EngineDriver;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What happens, for a few who want to read it while it does. It is written down while there is one of them, and a while
 * longer, for who comes back over a new connection. Thread-safe.
 */
public final class Events {
    /** What can be told. */
    public static final List<String> KINDS = Arrays.stream(EventRing.Kind.values()).map(EventRing.Kind::word).toList();

    private static final int MOST_READERS = 16;
    private static final long KEPT_NANOS = 60_000_000_000L;
    private static final int RADIX = 36;

    private final EngineDriver driver;
    private final Alarm alarm;
    private int readers;
    /** How often somebody came or went. */
    private long moves;
    private @Nullable EventRing ring;
    private String epoch = "";

    Events(EngineDriver driver, Alarm alarm) {
        this.driver = driver;
        this.alarm = alarm;
    }

    /** One reader more; empty where there are as many as there may be. Takes the engine's lock for a moment. */
    public synchronized Optional<EventTail> open() {
        if (readers == MOST_READERS) {
            return Optional.empty();
        }
        var written = ring;
        if (written == null) {
            written = new EventRing();
            ring = written;
            epoch = Long.toString(System.currentTimeMillis(), RADIX);
            driver.writeEvents(written);
        }
        readers++;
        moves++;
        return Optional.of(new EventTail(this, written, epoch));
    }

    /** A reader is gone. Returns at once, also where somebody who comes waits for the engine. */
    void left() {
        alarm.schedule(this::countDown, 0);
    }

    private synchronized void countDown() {
        readers--;
        long move = ++moves;
        if (readers == 0) {
            alarm.schedule(() -> stop(move), KEPT_NANOS);
        }
    }

    private synchronized void stop(long move) {
        if (moves == move) {
            ring = null;
            driver.writeEvents(null);
        }
    }
}
