package io.dflockd.benchmarks.target;

import io.dflockd.benchmarks.library.KeyLocks;
import io.dflockd.benchmarks.library.LockClients;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Raw connections that ask one request after another, one for each thread. */
record RawLockClients(Dialect dialect, int port, Dialect.Terms terms) implements LockClients {
    @Override
    public KeyLocks locks(List<String> keys) throws IOException {
        var bytes = keys.stream().map(key -> key.getBytes(StandardCharsets.US_ASCII)).toArray(byte[][]::new);
        return new Locks(dialect.locks(Wire.connect(port), bytes, terms));
    }

    @Override
    public void close() {
        // The connections are the threads' own.
    }

    private record Locks(LockWire wire) implements KeyLocks {
        @Override
        public boolean acquire(int slot) throws IOException {
            wire.acquire(slot);
            wire.flush();
            return wire.readReply() >= 0;
        }

        @Override
        public void release(int slot) throws IOException {
            wire.release(slot);
            wire.flush();
            var unusedConfirmation = wire.readReply(); // it fails for all but a confirmation
        }

        @Override
        public void close() throws IOException {
            wire.close();
        }
    }
}
