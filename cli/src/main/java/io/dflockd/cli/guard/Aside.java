package io.dflockd.cli.guard;

import java.time.Duration;

/**
 * Says something on a thread of its own, as standard error may be a pipe that is full and that nobody reads: what must be
 * done is done all the same.
 */
final class Aside {
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final Thread thread;

    private Aside(Runnable words) {
        thread = Thread.ofPlatform().daemon().name("dflock-words").start(words);
    }

    static Aside say(Runnable words) {
        return new Aside(words);
    }

    /** Until it is said; or for a moment, where nobody listens. */
    void await() throws InterruptedException {
        var unusedAsItIsSaidOrNobodyListens = thread.join(LONGEST);
    }
}
