package io.dflockd.simulation;

import io.dflockd.testkit.history.History;
import org.jspecify.annotations.Nullable;

/** One request of a client: what it writes, and what becomes of it. */
final class Wish {
    final String verb;
    final String key;
    final String argument;
    /** How long it may wait at the server for others. */
    final long waitMs;
    private final Ending ending;
    final History.@Nullable Pending pending;

    /** In a named session; 0 before it was written first. */
    long number;
    /** By the client's clock. */
    long firstWrittenAt;
    @Nullable Wire firstOver;
    /** How many answers it said were received when it was written first; -1 where it did not say. */
    long received = -1;

    /** What the client makes of the end of a request. */
    interface Ending {
        /** The answer without its tag. */
        void answered(Wish wish, String answer);

        /** Nobody will ever know whether it was carried out. */
        default void unknown(Wish wish) {}
    }

    Wish(String verb, String key, String argument, long waitMs, History.@Nullable Pending pending, Ending ending) {
        this.verb = verb;
        this.key = key;
        this.argument = argument;
        this.waitMs = waitMs;
        this.pending = pending;
        this.ending = ending;
    }

    /** A request of which only that it is answered matters. */
    static Wish plain(String verb, String key, String argument) {
        return new Wish(verb, key, argument, 0, null, (wish, answer) -> {});
    }

    String lines(String tag) {
        return (tag.isEmpty() ? "" : "@" + tag + " ") + verb + "\n" + key + "\n" + argument + "\n";
    }

    boolean isPop() {
        return verb.equals("lpop") || verb.equals("rpop") || verb.equals("blpop") || verb.equals("brpop");
    }

    void answered(String answer) {
        ending.answered(this, answer);
    }

    void unknown() {
        ending.unknown(this);
        if (pending != null) {
            pending.unknown();
        }
    }

    @Override
    public String toString() {
        return number + ": " + verb + " " + key + " " + argument;
    }
}
