package io.dflockd.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
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

    /** How a connection fails. */
    public enum Fault {
        /** Both ends see a reset. */
        RESET,
        /** Both ends see an orderly end. */
        END,
        /** Nothing arrives any more and nobody is told, as when a cable is pulled. */
        STALL
    }

    private final Relay relay;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong faults = new AtomicLong();
    private volatile LongSupplier bytesUntilFault = () -> Long.MAX_VALUE;
    private volatile Fault nextFault = Fault.RESET;
    private volatile boolean refusing;

    /** Passes connections on to this server. */
    public FaultyNetwork(InetSocketAddress target) {
        relay = new Relay(target, "faulty-network", this::admits, this::connect);
    }

    /** What clients connect to. */
    public InetSocketAddress address() {
        return relay.address();
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
        List.copyOf(links).forEach(link -> link.fail(fault)); // and not those that come because of it
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
        relay.close();
        links.forEach(link -> link.end(false));
    }

    private boolean admits() {
        accepted.incrementAndGet();
        return !refusing;
    }

    private void connect(Socket client, Socket server) {
        var link = new Link(client, server, bytesUntilFault.getAsLong(), nextFault);
        links.add(link);
        relay.start(() -> link.pass(client, server), "up");
        relay.start(() -> link.pass(server, client), "down");
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
            Relay.quietly(client);
            Relay.quietly(server);
        }
    }
}
