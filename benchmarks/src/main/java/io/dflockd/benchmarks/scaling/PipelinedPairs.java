package io.dflockd.benchmarks.scaling;

import io.dflockd.benchmarks.target.Dialect.Terms;
import io.dflockd.benchmarks.target.LockWire;
import io.dflockd.benchmarks.target.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * One connection with a window of pairs in flight, acquire and release, each of a random key. Every place in the window
 * has keys of its own, so that no two want the same.
 */
final class PipelinedPairs implements Load {
    static final String SERIES = "acquire and release, one connection, 64 in flight";

    private static final int WINDOW = 64;
    private static final Terms TERMS = new Terms(Duration.ZERO, Duration.ofHours(1), true);
    private static final int SEED = 1;

    private final LockWire locks;
    private final boolean[] held;
    private final long[] startedAt;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private boolean begun;

    /** Uses at least so many keys, and no fewer than fit into the window. */
    PipelinedPairs(Server server, KeyNames names, int keys) throws IOException {
        int perPlace = Math.ceilDiv(keys, WINDOW);
        held = new boolean[perPlace * WINDOW];
        startedAt = new long[held.length];
        locks = server.dialect().locks(server.connect(), names.first(held.length), TERMS);
    }

    @Override
    public void turn(Meter meter) throws IOException {
        if (!begun) {
            begun = true;
            for (int place = 0; place < WINDOW; place++) {
                acquire(place);
            }
        }
        locks.flush();
        do {
            answered(locks.readReply(), meter);
        } while (locks.hasReply());
    }

    private void answered(int slot, Meter meter) throws IOException {
        if (slot < 0) {
            throw new IOException("a key that nobody else wants was refused");
        }
        if (held[slot]) {
            held[slot] = false;
            meter.ended(startedAt[slot]);
            acquire(slot % WINDOW);
        } else {
            held[slot] = true;
            locks.release(slot);
        }
    }

    private void acquire(int place) {
        int slot = place + WINDOW * random.nextInt(held.length / WINDOW);
        startedAt[slot] = System.nanoTime();
        locks.acquire(slot);
    }

    @Override
    public void close() throws IOException {
        locks.close();
    }
}
