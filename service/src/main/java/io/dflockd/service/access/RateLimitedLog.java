package io.dflockd.service.access;

import io.dflockd.service.driver.Alarm;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Writes of one kind of event the first at once, and then one line a minute that says how many more there were. Thread-safe.
 */
final class RateLimitedLog {
    static final long INTERVAL_MS = 60_000;

    private final Logger log;
    private final String message;
    private final Alarm alarm;
    private long untold;
    private String lastPeer = "";
    private boolean resting;

    RateLimitedLog(Logger log, String message, Alarm alarm) {
        this.log = log;
        this.message = message;
        this.alarm = alarm;
    }

    void happened(String peer) {
        happened(peer, null);
    }

    /** The reason is told where the event is told by itself. */
    synchronized void happened(String peer, @Nullable String reason) {
        if (resting) {
            untold++;
            lastPeer = peer;
            return;
        }
        var line = log.atInfo().setMessage(message).addKeyValue("peer", peer);
        (reason == null ? line : line.addKeyValue("reason", reason)).log();
        rest();
    }

    private void rest() {
        resting = true;
        alarm.schedule(this::tellRest, TimeUnit.MILLISECONDS.toNanos(INTERVAL_MS));
    }

    private synchronized void tellRest() {
        if (untold == 0) {
            resting = false;
            return;
        }
        log.atInfo()
                .setMessage(message)
                .addKeyValue("count", untold)
                .addKeyValue("within_s", INTERVAL_MS / 1000)
                .addKeyValue("last_peer", lastPeer)
                .log();
        untold = 0;
        rest();
    }
}
