package io.dflockd.benchmarks.scaling;

import io.dflockd.benchmarks.target.Dialect.Terms;
import io.dflockd.benchmarks.target.LockWire;
import io.dflockd.benchmarks.target.Server;
import io.dflockd.benchmarks.target.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Many connections, a few of which at a time acquire and release, one request in flight each: all are asked, then all
 * answers are read. So one thread can serve any number of them.
 */
final class ConnectionPairs implements Load {
    private static final Terms TERMS = new Terms(Duration.ZERO, Duration.ofHours(1), false);
    private static final int BUFFER_BYTES = 256;
    private static final int SEED = 2;

    private final List<LockWire> wires;
    private final int keysEach;
    private final int atOnce;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private int next;

    private ConnectionPairs(List<LockWire> wires, int keysEach, int atOnce) {
        this.wires = wires;
        this.keysEach = keysEach;
        this.atOnce = Math.min(atOnce, wires.size());
    }

    /** Connects so many, each with keys of its own, of which it takes a random one each time. */
    static ConnectionPairs connect(Server server, KeyNames names, int connections, int keysEach, int atOnce)
            throws IOException {
        var keys = names.first(connections * keysEach);
        var wires = new ArrayList<LockWire>(connections);
        for (int i = 0; i < connections; i++) {
            var own = new byte[keysEach][];
            System.arraycopy(keys, i * keysEach, own, 0, keysEach);
            wires.add(server.dialect().locks(Wire.connect(server.port(), BUFFER_BYTES), own, TERMS));
        }
        return new ConnectionPairs(wires, keysEach, atOnce);
    }

    /** Has each connection take its first key and keep it. */
    void holdOneEach() throws IOException {
        for (int from = 0; from < wires.size(); from += atOnce) {
            var some = wires.subList(from, Math.min(wires.size(), from + atOnce));
            for (var wire : some) {
                wire.acquire(0);
                wire.flush();
            }
            readReplies(some);
        }
    }

    /** The same connections, taking what is not their first key. */
    @Override
    public void turn(Meter meter) throws IOException {
        var some = take();
        var slots = new int[some.size()];
        var startedAt = new long[some.size()];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = keysEach == 1 ? 0 : 1 + random.nextInt(keysEach - 1);
            startedAt[i] = System.nanoTime();
            some.get(i).acquire(slots[i]);
            some.get(i).flush();
        }
        readReplies(some);
        for (int i = 0; i < slots.length; i++) {
            some.get(i).release(slots[i]);
            some.get(i).flush();
        }
        for (int i = 0; i < slots.length; i++) {
            readReply(some.get(i));
            meter.ended(startedAt[i]);
        }
    }

    /** The next few, in turn. */
    private List<LockWire> take() {
        if (next + atOnce > wires.size()) {
            next = 0;
        }
        var some = wires.subList(next, next + atOnce);
        next += atOnce;
        return some;
    }

    private static void readReplies(List<LockWire> wires) throws IOException {
        for (var wire : wires) {
            readReply(wire);
        }
    }

    private static void readReply(LockWire wire) throws IOException {
        if (wire.readReply() < 0) {
            throw new IOException("a key that nobody else wants was refused");
        }
    }

    @Override
    public void close() throws IOException {
        for (var wire : wires) {
            wire.close();
        }
    }
}
