package io.dflockd.acceptance.hostile;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What an attack is led against: the server, names that no other attack uses, and how much of everything. All connections
 * that it opened end with it.
 *
 * @param scale 1 for the sizes that are written in the attacks
 */
record Target(InetSocketAddress server, String token, String prefix, SplittableRandom random, double scale,
        List<Peer> peers)
        implements
            AutoCloseable {

    Target(InetSocketAddress server, String token, String prefix, SplittableRandom random, double scale) {
        this(server, token, prefix, random, scale, new ArrayList<>());
    }

    /** The same at another door of it, of which no token is known. */
    Target at(InetSocketAddress door) {
        return new Target(door, "", prefix, random, scale, peers);
    }

    String key(String name) {
        return prefix + name;
    }

    /** An id for a session that nobody else has. */
    String id(int number) {
        return prefix.replace('/', '-') + "0123456789abcdef-" + number;
    }

    int scaled(int full) {
        return Math.max(1, (int) (full * scale));
    }

    /** A connection that has shown the token where there is one. */
    Peer peer() {
        var peer = stranger();
        if (!token.isEmpty()) {
            peer.ask("auth", "_", token);
        }
        return peer;
    }

    List<Peer> peers(int count) {
        var all = new ArrayList<Peer>();
        for (int i = 0; i < count; i++) {
            all.add(peer());
        }
        return all;
    }

    /** A connection that has said nothing yet. */
    Peer stranger() {
        return keep(Peer.connect(server));
    }

    /** The same from an address of its own, 127.0.0.{@code last}, so that what is held against it is held against it alone. */
    Peer strangerFrom(int last) {
        try {
            return keep(Peer.connect(server, InetAddress.getByAddress(new byte[]{127, 0, 0, (byte) last})));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private Peer keep(Peer peer) {
        synchronized (peers) {
            peers.add(peer);
        }
        return peer;
    }

    /** Something that several do at once. */
    interface Part {
        void run(int number) throws Exception;
    }

    /** Has so many threads do it and waits for all. The first failure is thrown. */
    void together(int threads, Part part) throws Exception {
        var executor = Executors.newFixedThreadPool(threads);
        try {
            var parts = new ArrayList<Future<?>>();
            for (int i = 0; i < threads; i++) {
                int number = i;
                parts.add(executor.submit(() -> {
                    part.run(number);
                    return null;
                }));
            }
            for (var future : parts) {
                future.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        } finally {
            executor.shutdownNow();
        }
    }

    @Override
    public void close() {
        synchronized (peers) {
            peers.forEach(Peer::close);
        }
    }
}
