package io.dflockd.service.access;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who may try to log in. Each source has so many tries, one of which comes back every six seconds; without any it is not
 * let in. Of too many sources the one that was least recently seen is forgotten. Not thread-safe.
 */
final class FailedLogins {
    static final int MOST_SOURCES = 10_000;
    static final long REGAIN_MS = 6_000;

    private final int tries;
    /** When each source has all its tries again. One that is not here has all. */
    private final Map<Source, Long> wholeAtMs = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Source, Long> eldest) {
            return size() > MOST_SOURCES;
        }
    };

    /** Of 0 tries there is no end. */
    FailedLogins(int tries) {
        this.tries = tries;
    }

    void failed(InetAddress address, long nowMs) {
        if (tries > 0) {
            long latestMs = nowMs + tries * REGAIN_MS;
            wholeAtMs.merge(
                    Source.of(address), nowMs + REGAIN_MS,
                    (former, first) -> Math.min(latestMs, Math.max(former, nowMs) + REGAIN_MS));
        }
    }

    /** Whether the source has at least one try. */
    boolean mayTry(InetAddress address, long nowMs) {
        if (wholeAtMs.isEmpty()) {
            return true;
        }
        var source = Source.of(address);
        var wholeAt = wholeAtMs.get(source);
        if (wholeAt == null) {
            return true;
        }
        if (wholeAt <= nowMs) {
            wholeAtMs.remove(source);
        }
        return wholeAt - nowMs <= (tries - 1) * REGAIN_MS;
    }
}
