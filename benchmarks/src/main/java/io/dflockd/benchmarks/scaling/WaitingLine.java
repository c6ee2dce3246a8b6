package io.dflockd.benchmarks.scaling;

import io.dflockd.benchmarks.target.Server;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Queues of waiters that one connection has at a few keys, whose holder it is too. A tag tells which key a waiter
 * waits for: the number of the key, a dot and the number of the waiter. All waiters wait between two turns.
 */
final class WaitingLine implements Closeable {
    static final int KEYS = 8;

    private static final KeyNames NAMES = new KeyNames("wanted.", "");
    private static final String FOREVER = "3600 3600";
    private static final int SEED = 4;

    private final Talk talk;
    private final int waiters;
    private final String[] tokens = new String[KEYS];
    private final SplittableRandom random = new SplittableRandom(SEED);

    WaitingLine(Server server, int waiters) throws IOException {
        this.waiters = waiters;
        talk = Talk.to(server);
        talk.askAll(
                KEYS,
                key -> talk.put("l", NAMES.name(key), FOREVER),
                (key, line) -> tokens[key] = line.split(" ", -1)[1]);
        for (int waiter = 0; waiter < waiters; waiter++) {
            for (int key = 0; key < KEYS; key++) {
                queue(key, key + "." + waiter);
            }
            talk.ask("ping", "_", ""); // so that the buffer is sent before it is full
        }
    }

    private void queue(int key, String tag) {
        talk.put("@" + tag + " l", NAMES.name(key), FOREVER);
    }

    private static int keyOf(String tag) {
        return tag.charAt(0) - '0';
    }

    /** The holder of each key releases it, the first waiter gets it, and queues again as the last. */
    Load handOvers() {
        return new Turns() {
            @Override
            public void turn(Meter meter) throws IOException {
                for (int key = 0; key < KEYS; key++) {
                    talk.put("r", NAMES.name(key), tokens[key]);
                }
                long start = System.nanoTime();
                talk.flush();
                var granted = new ArrayList<String>(KEYS);
                for (int lines = 0; lines < 2 * KEYS; lines++) {
                    var line = talk.read();
                    if (line.startsWith("@")) {
                        granted.add(granted(line));
                        meter.ended(start);
                    } else if (!line.equals("ok")) {
                        throw new IOException("a release was answered with " + line);
                    }
                }
                granted.forEach(tag -> queue(keyOf(tag), tag));
            }
        };
    }

    /** Notes the token of the grant and returns its tag. */
    private String granted(String line) {
        var words = List.of(line.split(" ", -1));
        var tag = words.getFirst().substring(1);
        tokens[keyOf(tag)] = words.get(2);
        return tag;
    }

    /** Waiters anywhere in the queues give up, and queue again. */
    Load departures() {
        return new Turns() {
            @Override
            public void turn(Meter meter) throws IOException {
                for (int i = 0; i < Talk.WINDOW; i++) {
                    int key = random.nextInt(KEYS);
                    var tag = key + "." + random.nextInt(waiters);
                    talk.put("cancel", "_", tag);
                    queue(key, tag);
                }
                long start = System.nanoTime();
                talk.flush();
                for (int i = 0; i < Talk.WINDOW; i++) {
                    talk.read("@");
                    talk.read("ok");
                    meter.ended(start);
                }
            }
        };
    }

    /** A load that leaves the connection open, because several share it. */
    private abstract static class Turns implements Load {
        @Override
        public void close() {}
    }

    @Override
    public void close() throws IOException {
        talk.close();
    }
}
