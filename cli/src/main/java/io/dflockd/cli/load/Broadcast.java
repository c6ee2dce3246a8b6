package io.dflockd.cli.load;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The channel of the signals workload, and what publishers and subscribers agree on. Each publisher ends with a signal that
 * begins with {@link #GOODBYE}; whoever has all of these has had everything before them. Thread-safe.
 */
final class Broadcast {
    static final char GOODBYE = 'z';

    private final String channel;
    private final int publishers;
    private final AtomicInteger goodbyes = new AtomicInteger();
    private final AtomicLong published = new AtomicLong();

    Broadcast(String channel, int publishers) {
        this.channel = channel;
        this.publishers = publishers;
    }

    String channel() {
        return channel;
    }

    int publishers() {
        return publishers;
    }

    /** A publisher is about to say goodbye, after so many signals that the server took. */
    void ending(long signals) {
        published.addAndGet(signals);
        goodbyes.incrementAndGet();
    }

    /** Whether every publisher has come to its end, so that {@link #published} is complete. */
    boolean isComplete() {
        return goodbyes.get() == publishers;
    }

    long published() {
        return published.get();
    }
}
