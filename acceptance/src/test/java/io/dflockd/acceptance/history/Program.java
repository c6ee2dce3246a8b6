package io.dflockd.acceptance.history;

import io.dflockd.client.DflockdClient;
import io.dflockd.testkit.history.CounterCall;
import io.dflockd.testkit.history.HoldCall;
import io.dflockd.testkit.history.ListCall;
import io.dflockd.testkit.history.ListCall.End;
import io.dflockd.testkit.history.ValueCall;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * One thread of a program that uses a few keys of each kind, at random. Every second counters, values and lists
 * have other keys: the more of one thing is of unknown outcome, the longer it takes to find out whether the rest can
 * have been.
 */
final class Program {
    private static final int KEYS = 2;
    private static final int PERMITS = 2;
    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final Duration NO_WAIT = Duration.ZERO;
    private static final long MOST_DELTA = 1_000_000_000;

    private final DflockdClient client;
    private final Recorder recorder;
    private final SplittableRandom random;
    private final Believing believing;
    private final String name;
    private int texts;
    private String lastSeen = "";

    Program(String name, DflockdClient client, Recorder recorder, SplittableRandom random) {
        this.name = name;
        this.client = client;
        this.recorder = recorder;
        this.random = random;
        this.believing = new Believing(random.split());
    }

    /** Does one thing, with the keys of this round; holds only if told so. */
    void step(long round, boolean holds) throws InterruptedException {
        var key = key(round, random.nextInt(KEYS));
        switch (random.nextInt(holds ? 9 : 7)) {
            case 0, 1 -> count(key);
            case 2, 3 -> value(key);
            case 4, 5, 6 -> list(key);
            default -> hold(random.nextInt(3));
        }
    }

    /** Reads everything of a round, so that what was lost shows. */
    void readAll(long round) throws InterruptedException {
        for (int i = 0; i < KEYS; i++) {
            var key = key(round, i);
            recorder.call(key, new CounterCall.Get(), () -> client.counters().get(key));
            recorder.call(key, new ValueCall.Get(), () -> client.values().get(key).orElse(null));
            recorder.call(key, new ListCall.Range(0, -1), () -> client.lists().range(key, 0, -1));
        }
    }

    private static String key(long round, int number) {
        return "history/" + round + "/" + number;
    }

    private void count(String key) throws InterruptedException {
        var counters = client.counters();
        long number = random.nextLong(1, MOST_DELTA);
        switch (random.nextInt(8)) {
            case 0 -> recorder.call(key, new CounterCall.Set(number), () -> {
                counters.set(key, number);
                return null;
            });
            case 1, 2 -> recorder.call(key, new CounterCall.Get(), () -> counters.get(key));
            case 3, 4 -> recorder.call(key, new CounterCall.Add(-number), () -> counters.decrement(key, number));
            default -> recorder.call(key, new CounterCall.Add(number), () -> counters.increment(key, number));
        }
    }

    private void value(String key) throws InterruptedException {
        var values = client.values();
        var text = text();
        switch (random.nextInt(8)) {
            case 0 -> recorder.call(key, new ValueCall.Delete(), () -> {
                values.delete(key);
                return null;
            });
            case 1 -> recorder.call(key, new ValueCall.Set(text), () -> {
                values.set(key, text);
                return null;
            });
            case 2 -> recorder.call(key, new ValueCall.CompareAndSet(null, text), () -> values.setIfAbsent(key, text));
            case 3, 4 -> {
                var expected = lastSeen.isEmpty() ? null : lastSeen;
                recorder.call(key, new ValueCall.CompareAndSet(expected, text),
                        () -> values.compareAndSet(key, expected, text));
            }
            default -> recorder.call(key, new ValueCall.Get(), () -> {
                var seen = values.get(key);
                lastSeen = seen.orElse("");
                return seen.orElse(null);
            });
        }
    }

    private void list(String key) throws InterruptedException {
        var lists = client.lists();
        var text = text();
        switch (random.nextInt(16)) {
            case 0, 1 -> recorder.call(key, new ListCall.Push(End.LEFT, text), () -> lists.pushLeft(key, text));
            case 2, 3, 4 -> recorder.call(key, new ListCall.Push(End.RIGHT, text), () -> lists.pushRight(key, text));
            case 5, 6, 7 -> recorder.pop(key, End.LEFT, () -> lists.popLeft(key));
            case 8 -> recorder.pop(key, End.RIGHT, () -> lists.popRight(key));
            case 9, 10, 11 -> recorder.call(key, new ListCall.Length(), () -> lists.length(key));
            case 12 -> {
                var wait = random.nextInt(4) == 0 ? WAIT : NO_WAIT;
                recorder.pop(key, End.LEFT, () -> lists.popLeft(key, wait));
            }
            default -> recorder.call(key, new ListCall.Range(0, -1), () -> lists.range(key, 0, -1));
        }
    }

    private void hold(int kind) throws InterruptedException {
        switch (kind) {
            case 0 -> recorder.hold("lock", HoldCall.ALONE, client.lock("lock"), believing);
            case 1 -> recorder.hold("semaphore", PERMITS, client.semaphore("semaphore", PERMITS), believing);
            default -> {
                boolean writes = random.nextInt(3) == 0;
                var both = client.rwLock("rwlock");
                recorder.hold("rwlock", writes ? HoldCall.ALONE : HoldCall.SHARED, writes ? both.write() : both.read(),
                        believing);
            }
        }
    }

    /** Never the same twice. */
    private String text() {
        return name + "-" + ++texts;
    }
}
