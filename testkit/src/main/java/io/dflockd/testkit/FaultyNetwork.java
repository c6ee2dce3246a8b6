package io.dflockd.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A network between clients and a server that fails when it is told to: it listens on a port of its own and passes bytes
 * on in both directions, until a {@link Fault} ends or stops that. Two threads a connection. Thread-safe.
 */
public final class FaultyNetwork implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int CONNECT_TIMEOUT_MS = 5_000;

    /** How a connection fails. */
    public enum Fault {
        /** Both ends see a reset. */
        RESET,
        /** Both ends see an orderly end. */
        END,
        /** Nothing arrives any more and nobody is told, as when a cable is pulled. */
        STALL
    }

    private final ServerSocket listener;
    private final InetSocketAddress target;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong faults = new AtomicLong();
    private volatile LongSupplier bytesUntilFault = () -> Long.MAX_VALUE;
    private volatile Fault nextFault = Fault.RESET;
    private volatile boolean refusing;
    private volatile boolean closed;

    /** Passes connections on to this server. */
    public FaultyNetwork(InetSocketAddress target) {
        this.target = target;
        try {
            listener = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept, "faulty-network-accept");
    }

    /** What clients connect to. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /** Every later connection fails in this way after so many bytes in either direction, counted together. */
    public void failAfter(LongSupplier bytes, Fault fault) {
        nextFault = fault;
        bytesUntilFault = bytes;
    }

    /** Later connections do not fail by themselves. */
    public void behave() {
        bytesUntilFault = () -> Long.MAX_VALUE;
    }

    /** Lets all present connections fail now. */
    public void fail(Fault fault) {
        links.forEach(link -> link.fail(fault));
    }

    /** Whether new connections are ended at once. */
    public void setRefusing(boolean refusing) {
        this.refusing = refusing;
    }

    /** How many connections there are now. */
    public int openLinks() {
        return links.size();
    }

    /** How many connections there have been. */
    public long accepted() {
        return accepted.get();
    }

    /** How many connections failed because they were told to. */
    public long faults() {
        return faults.get();
    }

    @Override
    public void close() {
        closed = true;
        quietly(listener);
        links.forEach(link -> link.end(false));
    }

    private void accept() {
        while (!closed) {
            try {
                var client = listener.accept();
                accepted.incrementAndGet();
                if (refusing) {
                    quietly(client);
                } else {
                    connect(client);
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
        } catch (IOException e) {
            quietly(server);
            quietly(client);
            return;
        }
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        var link = new Link(client, server, bytesUntilFault.getAsLong(), nextFault);
        links.add(link);
        start(() -> link.pass(client, server), "faulty-network-up");
        start(() -> link.pass(server, client), "faulty-network-down");
    }

    private static void start(Runnable task, String name) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void quietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            // It is being given up anyway.
        }
    }

    /** One connection of a client and its other half to the server. */
    private final class Link {
        private final Socket client;
        private final Socket server;
        private final AtomicLong bytesLeft;
        private final Fault fault;
        private volatile boolean stalled;

        Link(Socket client, Socket server, long bytesUntilFault, Fault fault) {
            this.client = client;
            this.server = server;
            this.bytesLeft = new AtomicLong(bytesUntilFault);
            this.fault = fault;
        }

        void pass(Socket from, Socket to) {
            var buffer = new byte[BUFFER_BYTES];
            try {
                while (true) {
                    int count = from.getInputStream().read(buffer);
                    if (count < 0) {
                        break;
                    }
                    // What fits before the fault arrives, so that it can hit the middle of a line.
                    long room = bytesLeft.getAndAdd(-count);
                    int passed = (int) Math.max(0, Math.min(count, room));
                    if (!stalled) {
                        to.getOutputStream().write(buffer, 0, passed);
                    }
                    if (passed < count) {
                        fail(fault);
                    }
                }
            } catch (IOException e) {
                // One end is gone, so the other goes too.
            }
            if (!stalled) {
                end(false);
            }
        }

        void fail(Fault how) {
            if (!links.contains(this) || stalled) {
                return;
            }
            faults.incrementAndGet();
            if (how == Fault.STALL) {
                stalled = true;
            } else {
                end(how == Fault.RESET);
            }
        }

        void end(boolean reset) {
            links.remove(this);
            try {
                client.setSoLinger(reset, 0);
                server.setSoLinger(reset, 0);
            } catch (IOException e) {
                // Closed already.
            }
            quietly(client);
            quietly(server);
        }
    }
}
