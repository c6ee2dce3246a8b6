package io.dflockd.benchmarks.scaling;

import io.dflockd.benchmarks.target.Server;
import java.io.IOException;

/**
 * What a server occupies.
 *
 * @param residentBytes what the system has given it, and will not get back soon
 * @param liveBytes what is in use of its heap
 */
record Memory(long residentBytes, long liveBytes) {
    static final Memory UNKNOWN = new Memory(0, 0);

    private static final long BYTES_PER_KIB = 1024;

    static Memory of(Server server) throws IOException {
        return new Memory(server.residentKib() * BYTES_PER_KIB, LiveHeap.bytes(server.pid()));
    }
}
