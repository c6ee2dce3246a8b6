package io.dflockd.acceptance.faults;

import java.util.List;

/** What is held. */
enum Kind {
    LOCK("l", "600 600"),
    PERMIT("sl", "600 1 600"),
    /** The second wants to write. */
    READ("wl", "600 600"),
    /** The second wants to read. */
    WRITE("rl", "600 600"),
    /** Of {@code Election.run}. */
    LEADERSHIP("elect", "600 600"),
    /** By {@code asJavaLock()}. */
    JAVA_LOCK("l", "600 600"),
    /** A command of {@code dflock run}. */
    RUN("l", "600 600"),
    /** A command of {@code dflock elect}. */
    ELECT("elect", "600 600");

    static final String CLIENT = "onLost of the client";
    static final String LEASE = "onLost of the lease";
    static final String FUTURE = "lost() of the lease";
    static final String INTERRUPT = "interrupt of the task";
    static final String LISTENER = "ended of the listener";
    static final String STANDARD_ERROR = "standard error";

    private final String verb;
    private final String argument;

    Kind(String verb, String argument) {
        this.verb = verb;
        this.argument = argument;
    }

    /** The request of the second, who waits and holds for ten minutes. */
    String[] rivalRequest(String key) {
        return new String[]{verb, key, argument};
    }

    /** By what its holder is told of a loss, by each once. */
    List<String> tellers() {
        return switch (this) {
            case LOCK, PERMIT, READ, WRITE -> List.of(CLIENT, LEASE, FUTURE);
            case LEADERSHIP -> List.of(CLIENT, LEASE, INTERRUPT, LISTENER);
            case JAVA_LOCK -> List.of(CLIENT);
            case RUN, ELECT -> List.of(STANDARD_ERROR);
        };
    }

    boolean isCommand() {
        return this == RUN || this == ELECT;
    }
}
