package io.dflockd.test;

/** A time that a test moves, for {@link DflockdTestServer#start(TestClock, String...)}. Thread-safe. */
public interface TestClock {
    /** A time that only ever rises, in nanoseconds since anything. */
    long nanoTime();

    /**
     * Has the task run once when this time has gone on by so much, on the thread that moves it. The task returns when the
     * server has done what was due; it must not be run under a lock.
     *
     * @return calls it off, if it has not begun
     */
    Runnable after(long delayNanos, Runnable task);
}
