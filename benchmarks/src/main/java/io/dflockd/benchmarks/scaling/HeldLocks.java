package io.dflockd.benchmarks.scaling;

import io.dflockd.benchmarks.target.Server;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;

/** Locks that a few connections hold. The operations renew them, one connection after another, a window at once. */
final class HeldLocks implements Load {
    private static final int CONNECTIONS = 8;
    private static final String LEASE_SECONDS = "3600";
    private static final KeyNames NAMES = new KeyNames("held.", "");
    private static final int SEED = 3;

    private final List<Talk> talks;
    private final String[] tokens;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private int next;

    HeldLocks(Server server, int count) throws IOException {
        talks = Talk.several(Math.min(count, CONNECTIONS), server);
        tokens = new String[count];
        for (int i = 0; i < talks.size(); i++) {
            acquire(i);
        }
    }

    private void acquire(int connection) throws IOException {
        var talk = talks.get(connection);
        talk.askAll(
                locksOf(connection),
                number -> talk.put("l", NAMES.name(lock(connection, number)), "0 " + LEASE_SECONDS),
                (number, line) -> tokens[lock(connection, number)] = line.split(" ", -1)[1]);
    }

    private int locksOf(int connection) {
        return Math.ceilDiv(tokens.length - connection, talks.size());
    }

    private int lock(int connection, int number) {
        return connection + number * talks.size();
    }

    @Override
    public void turn(Meter meter) throws IOException {
        int connection = next;
        next = (next + 1) % talks.size();
        int locks = locksOf(connection);
        var talk = talks.get(connection);
        long start = System.nanoTime();
        talk.askAll(
                Talk.WINDOW,
                anyNumber -> renew(talk, lock(connection, random.nextInt(locks))),
                (number, answer) -> meter.ended(start));
    }

    private void renew(Talk talk, int lock) {
        talk.put("n", NAMES.name(lock), tokens[lock] + ' ' + LEASE_SECONDS);
    }

    @Override
    public void close() throws IOException {
        for (var talk : talks) {
            talk.close();
        }
    }
}
