package io.dflockd.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;

/**
 * A cable between clients and a server that somebody pulls at: each direction can be stopped and let go on, where what
 * waited meanwhile arrives late, as it does over TCP; and each end can lose its connections while the other keeps them.
 * {@link FaultyNetwork} counts bytes instead, and drops them. Two threads a connection. Thread-safe.
 */
public final class Cable implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 * 1024;

    /** A direction. */
    public enum Way {
        /** To the server. */
        UP,
        /** To the clients. */
        DOWN
    }

    private final Relay relay;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final IntConsumer connected;
    private final Gate up = new Gate();
    private final Gate down = new Gate();
    private volatile boolean refusing;
    private volatile Duration delay = Duration.ZERO;

    /** Leads to this server. */
    public Cable(InetSocketAddress server) {
        this(server, port -> {});
    }

    /**
     * Leads to this server.
     *
     * @param connected is told for each connection, before anything goes over it, by which port of ours the server knows it
     */
    public Cable(InetSocketAddress server, IntConsumer connected) {
        this.connected = connected;
        relay = new Relay(server, "cable", () -> !refusing, this::connect);
    }

    /** What clients connect to. */
    public InetSocketAddress address() {
        return relay.address();
    }

    /** From now on nothing arrives in these directions, over present and later connections, and nobody is told. */
    public void stall(Way... ways) {
        for (var way : ways) {
            (way == Way.UP ? up : down).shut();
        }
    }

    /** What comes from now on, over present and later connections, takes at least this much longer, in each direction. */
    public void delay(Duration longer) {
        delay = longer;
    }

    /** What waited arrives, nothing is delayed, and new connections are welcome again. */
    public void mend() {
        refusing = false;
        delay = Duration.ZERO;
        up.open();
        down.open();
    }

    /** Later connections are ended at once. */
    public void refuse() {
        refusing = true;
    }

    /**
     * All present connections are reset: the clients see it first, and the server after this time, for which the call
     * takes.
     */
    public void reset(Duration untilTheServerSees) {
        var present = List.copyOf(links);
        present.forEach(Link::resetClient);
        LockSupport.parkNanos(untilTheServerSees.toNanos());
        present.forEach(Link::resetServer);
    }

    /** The clients see a reset; the server's ends stay open, and silent for ever. */
    public void resetClients() {
        links.forEach(Link::resetClient);
    }

    /** The server sees a reset; the clients' ends stay open, take what is sent and answer nothing. */
    public void resetServer() {
        links.forEach(Link::resetServer);
    }

    @Override
    public void close() {
        relay.close();
        links.forEach(Link::resetClient);
        links.forEach(Link::resetServer);
        mend();
    }

    private void connect(Socket client, Socket server) {
        var link = new Link(client, server);
        connected.accept(server.getLocalPort());
        links.add(link);
        relay.start(() -> link.pass(client, server, up), "up");
        relay.start(() -> link.pass(server, client, down), "down");
    }

    /** Whoever passes waits while it is shut. */
    private static final class Gate {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition opened = lock.newCondition();
        private boolean shut;

        void shut() {
            lock.lock();
            try {
                shut = true;
            } finally {
                lock.unlock();
            }
        }

        void open() {
            lock.lock();
            try {
                shut = false;
                opened.signalAll();
            } finally {
                lock.unlock();
            }
        }

        void pass() {
            lock.lock();
            try {
                while (shut) {
                    opened.awaitUninterruptibly();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** One connection of a client and its other half to the server. */
    private final class Link {
        private final Socket client;
        private final Socket server;
        private volatile boolean clientReset;
        private volatile boolean serverReset;

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void pass(Socket from, Socket to, Gate gate) {
            var buffer = new byte[BUFFER_BYTES];
            boolean reset = false;
            try {
                for (int count = from.getInputStream().read(buffer); count >= 0; count = from.getInputStream()
                        .read(buffer)) {
                    LockSupport.parkNanos(delay.toNanos());
                    gate.pass();
                    if (!isHalf()) {
                        to.getOutputStream().write(buffer, 0, count);
                    }
                }
            } catch (IOException e) {
                reset = true;
            }
            gate.pass(); // the end of a stream travels like its bytes
            if (isHalf()) {
                end(from, reset);
            } else {
                end(client, reset);
                end(server, reset);
            }
            if (client.isClosed() && server.isClosed()) {
                links.remove(this);
            }
        }

        void resetClient() {
            clientReset = true;
            end(client, true);
        }

        void resetServer() {
            serverReset = true;
            end(server, true);
        }

        /** Whether one end was taken away without the other. */
        private boolean isHalf() {
            return clientReset || serverReset;
        }

        private void end(Socket socket, boolean reset) {
            try {
                socket.setSoLinger(reset, 0);
            } catch (IOException e) {
                // Closed already.
            }
            Relay.quietly(socket);
        }
    }
}
