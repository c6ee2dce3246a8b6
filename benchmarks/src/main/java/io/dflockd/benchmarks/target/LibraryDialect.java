package io.dflockd.benchmarks.target;

import io.dflockd.benchmarks.library.Library;
import io.dflockd.benchmarks.library.LockClients;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A server that is spoken to through a client library, and not in bytes of our own. */
final class LibraryDialect implements Dialect {
    private final Library library;
    /** What the nodes themselves speak, as far as they have to be asked whether they can be used. */
    private final Nodes nodes;

    LibraryDialect(Library library, Nodes nodes) {
        this.library = library;
        this.nodes = nodes;
    }

    /** Whether the nodes of a server can be used. */
    @FunctionalInterface
    interface Nodes {
        /** As {@link Dialect#begin}. */
        int begin(List<Integer> ports) throws IOException;
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
    public int begin(List<Integer> ports) throws IOException {
        return nodes.begin(ports);
    }

    @Override
    public LockClients lockClients(Server server, Duration wait, Duration lease)
            throws IOException, InterruptedException {
        return library.open(server.ports(), wait, lease);
    }

    @Override
    public ChannelLines channel() {
        throw new UnsupportedOperationException("there are no channels here");
    }
}
