package io.dflockd.benchmarks.library;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.Lease;
import io.dflockd.client.Lock;
import io.dflockd.client.connection.Connection;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Our own client: one for all threads, with one connection, and leases that it renews until they are released. */
public final class DflockdClients implements LockClients {
    private final DflockdClient client;
    private final Duration longestWait;

    private DflockdClients(DflockdClient client, Duration longestWait) {
        this.client = client;
        this.longestWait = longestWait;
    }

    public static LockClients shared(List<Integer> ports, Duration longestWait, Duration lease) {
        return new DflockdClients(
                DflockdClient.builder().server(Library.addresses(ports)).leaseTtl(lease).build(), longestWait);
    }

    /** The client's plain connections instead, one for each thread, whose grants nobody renews. */
    public static LockClients connections(int port, Duration longestWait, Duration lease) {
        return new Connections(port, longestWait, lease);
    }

    private static String address(int port) {
        return "127.0.0.1:" + port;
    }

    @Override
    public KeyLocks locks(List<String> keys) {
        return new Locks(keys.stream().map(client::lock).toList(), longestWait, new @Nullable Lease[keys.size()]);
    }

    @Override
    public void close() {
        client.close();
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Locks(List<Lock> locks, Duration longestWait, @Nullable Lease[] held) implements KeyLocks {
        @Override
        public boolean acquire(int slot) throws InterruptedException {
            held[slot] = locks.get(slot).tryAcquire(longestWait).orElse(null);
            return held[slot] != null;
        }

        @Override
        public void release(int slot) throws IOException, InterruptedException {
            var lease = held[slot];
            if (lease == null || !lease.release()) {
                throw new IOException(locks.get(slot).key() + " was not held any more");
            }
        }
    }

    private record Connections(int port, Duration longestWait, Duration lease) implements LockClients {
        @Override
        public KeyLocks locks(List<String> keys) throws InterruptedException {
            return new PlainLocks(Connection.dial(address(port)), keys, longestWait, lease, new String[keys.size()]);
        }

        @Override
        public void close() {
            // The connections are the threads' own.
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record PlainLocks(
            Connection connection, List<String> keys, Duration longestWait, Duration lease, String[] tokens)
            implements
                KeyLocks {
        @Override
        public boolean acquire(int slot) throws InterruptedException {
            tokens[slot] = connection.locks().acquire(keys.get(slot), longestWait, lease).token();
            return true;
        }

        @Override
        public void release(int slot) throws InterruptedException {
            connection.locks().release(keys.get(slot), tokens[slot]);
        }

        @Override
        public void close() {
            connection.close();
        }
    }
}
