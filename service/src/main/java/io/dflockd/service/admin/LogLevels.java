package io.dflockd.service.admin;

import java.util.List;

/** How much is logged, which can be other than usual for a while. Thread-safe. */
public interface LogLevels {
    List<String> LEVELS = List.of("off", "error", "warn", "info", "debug", "trace");

    /**
     * A part of the program that logs at another level than usual.
     *
     * @param usual empty where it logs as the part above it
     * @param leftMs how long it does so yet
     */
    record Changed(String logger, String level, String usual, long leftMs) {}

    /**
     * Has a part of the program log at this level, and as usual again after some time. Of several wishes the last one counts.
     * Returns why not; empty where it was done.
     */
    String set(String logger, String level, long seconds);

    /** At which level the server's own parts log unless something else is said. */
    String level();

    List<Changed> changed();
}
