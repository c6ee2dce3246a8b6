package io.dflockd.benchmarks.target;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a node is.
 *
 * @param port for clients
 * @param adminPort for operators
 * @param peerPort for its peers; the one behind it is free as well
 * @param data an empty folder of its own
 */
record Place(int port, int adminPort, int peerPort, Path data) {
    private static final int TRIES = 100;

    /** With ports of the loopback interface that nobody has. */
    static Place free(Path data) throws IOException {
        return new Place(freePort(), freePort(), freePair(), data);
    }

    private static int freePort() throws IOException {
        try (var socket = open(0)) {
            return socket.getLocalPort();
        }
    }

    private static int freePair() throws IOException {
        @Nullable IOException latest = null;
        for (int i = 0; i < TRIES; i++) {
            try (var first = open(0); var second = open(first.getLocalPort() + 1)) {
                return second.getLocalPort() - 1;
            } catch (IOException e) {
                latest = e; // somebody has the second
            }
        }
        throw new IOException("no two free ports one behind the other", latest);
    }

    private static ServerSocket open(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }
}
