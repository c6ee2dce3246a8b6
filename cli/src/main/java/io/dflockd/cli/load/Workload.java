package io.dflockd.cli.load;

import java.util.Locale;

/** What the connections do. The names of the command line are these in lower case. */
public enum Workload {
    PAIRS("acquire and release of own locks, one after another", "pairs", "pair", 16),
    CONTENDED("hand-overs of one lock that all connections want", "hand-overs", "acquire", 16),
    PIPELINED("acquire and release of own locks, many at once on a connection", "pairs", "pair", 1),
    SIGNALS("signals to many subscribers", "deliveries", "delivery", 1);

    private final String description;
    private final String operations;
    private final String timed;
    private final int usualConnections;

    Workload(String description, String operations, String timed, int usualConnections) {
        this.description = description;
        this.operations = operations;
        this.timed = timed;
        this.usualConnections = usualConnections;
    }

    /** As on the command line. */
    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    public String description() {
        return description;
    }

    /** What is counted. */
    public String operations() {
        return operations;
    }

    /** What the latency is of. */
    public String timed() {
        return timed;
    }

    public int usualConnections() {
        return usualConnections;
    }
}
