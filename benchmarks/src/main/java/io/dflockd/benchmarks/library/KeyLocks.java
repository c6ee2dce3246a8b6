package io.dflockd.benchmarks.library;

import java.io.Closeable;
import java.io.IOException;

/** One thread's locks, a key in each slot. All but closing belongs to that thread. */
public interface KeyLocks extends Closeable {
    /** Waits for the lock; false where it was refused. */
    boolean acquire(int slot) throws IOException, InterruptedException;

    /** Gives the lock back and waits until that is confirmed. */
    void release(int slot) throws IOException, InterruptedException;

    /** Ends what this client does not share with others. */
    @Override
    default void close() throws IOException {}
}
