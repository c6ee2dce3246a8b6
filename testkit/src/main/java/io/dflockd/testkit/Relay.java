package io.dflockd.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.BooleanSupplier;

/** Listens on a port of its own, and makes a connection to the server for each that it accepts. Thread-safe. */
final class Relay implements AutoCloseable {
    private static final int BACKLOG = 512;
    private static final int CONNECT_TIMEOUT_MS = 5_000;

    private final String name;
    private final InetSocketAddress target;
    private final BooleanSupplier admission;
    private final Pairing pairing;
    private final ServerSocket listener;
    private volatile boolean closed;

    /** Takes over the two halves of a connection. Must not block. */
    interface Pairing {
        void connected(Socket client, Socket server) throws IOException;
    }

    /**
     * Begins to listen.
     *
     * @param name begins the names of its threads
     * @param admission is asked for each connection whether to pass it on; else it is ended at once
     */
    Relay(InetSocketAddress target, String name, BooleanSupplier admission, Pairing pairing) {
        this.name = name;
        this.target = target;
        this.admission = admission;
        this.pairing = pairing;
        try {
            listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept, "accept");
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /** Runs the task in a daemon thread. */
    void start(Runnable task, String part) {
        var thread = new Thread(task, name + "-" + part);
        thread.setDaemon(true);
        thread.start();
    }

    /** Listens no more. What was connected stays so. */
    @Override
    public void close() {
        closed = true;
        quietly(listener);
    }

    static void quietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            // It is being given up anyway.
        }
    }

    private void accept() {
        while (!closed) {
            try {
                var client = listener.accept();
                if (admission.getAsBoolean()) {
                    connect(client);
                } else {
                    quietly(client);
                }
            } catch (IOException e) {
                // The listener was closed, or the connection ended while it was being accepted.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        var server = new Socket();
        try {
            server.connect(target, CONNECT_TIMEOUT_MS);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        } catch (IOException e) {
            quietly(server);
            quietly(client);
            return;
        }
        pairing.connected(client, server);
    }
}
