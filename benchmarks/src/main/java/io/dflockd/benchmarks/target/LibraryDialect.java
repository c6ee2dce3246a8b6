package io.dflockd.benchmarks.target;

import io.dflockd.benchmarks.library.Library;
import io.dflockd.benchmarks.library.LockClients;
import java.io.IOException;
import java.time.Duration;

/** A server that is spoken to through a client library, and not in bytes of our own. */
final class LibraryDialect implements Dialect {
    private final Library library;

    LibraryDialect(Library library) {
        this.library = library;
    }

    @Override
    public boolean hasLocks() {
        return false;
    }

    @Override
    public boolean hasChannels() {
        return false;
    }

    @Override
    public boolean hasLockClients() {
        return true;
    }

    @Override
    public LockWire locks(Wire wire, byte[][] keys, Terms terms) {
        throw new UnsupportedOperationException("locks come from a library here");
    }

    @Override
    public LockClients lockClients(int port, Duration wait, Duration lease) throws IOException, InterruptedException {
        return library.open(port, wait, lease);
    }

    @Override
    public ChannelLines channel() {
        throw new UnsupportedOperationException("there are no channels here");
    }
}
