package io.dflockd.benchmarks.target;

import java.io.Closeable;
import java.io.IOException;

/** A raw client of locks, with the bytes of its requests made beforehand: one key for each slot. Belongs to one thread. */
public interface LockWire extends Closeable {
    /** Puts a request into the buffer. */
    void acquire(int slot);

    /** Puts a request into the buffer. The slot must have been acquired. */
    void release(int slot);

    /** Sends the buffer. */
    void flush() throws IOException;

    /** The slot that was answered, after waiting for it; {@code ~slot} where an acquire was refused. */
    int readReply() throws IOException;

    /** Whether a whole reply has been received already. */
    boolean hasReply();

    @Override
    void close() throws IOException;
}
