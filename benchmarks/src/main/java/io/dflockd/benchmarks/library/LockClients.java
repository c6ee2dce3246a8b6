package io.dflockd.benchmarks.library;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** What the threads of one run take their locks through. Closing it, from any thread, ends what any of them waits for. */
public interface LockClients extends Closeable {
    /** A client for one thread, with the key of each slot. */
    KeyLocks locks(List<String> keys) throws IOException, InterruptedException;
}
