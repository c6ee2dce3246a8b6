package io.dflockd.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** True time, which nobody in the simulation can read, and what is to happen when: one thing after another, in one thread. */
final class VirtualTime {
    static final long MS = 1_000_000;
    static final long SECOND = 1_000 * MS;
    private static final boolean TRACES = Boolean.getBoolean("simulation.trace");

    private final PriorityQueue<Event> events = new PriorityQueue<>(
            Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private final SplittableRandom random;
    private long now = SECOND;
    private long order;

    private record Event(long at, long order, Runnable what) {}

    VirtualTime(long seed) {
        random = new SplittableRandom(seed);
    }

    /** In nanoseconds. */
    long now() {
        return now;
    }

    SplittableRandom random() {
        return random;
    }

    /** For who looks for the reason of something: {@code -Dsimulation.trace=true}. */
    void trace(String what) {
        if (TRACES) {
            System.out.printf("%12.3f %s%n", (double) now / MS, what);
        }
    }

    void after(long nanos, Runnable what) {
        at(now + Math.max(0, nanos), what);
    }

    /** After a random time, both limits included. */
    void after(long leastNanos, long mostNanos, Runnable what) {
        after(between(leastNanos, mostNanos), what);
    }

    void at(long time, Runnable what) {
        events.add(new Event(Math.max(now, time), order++, what));
    }

    /** Lets happen what is to happen up to this time. */
    void runUntil(long time) {
        for (var next = events.peek(); next != null && next.at <= time; next = events.peek()) {
            events.remove();
            now = next.at;
            next.what.run();
        }
        now = time;
    }

    long between(long least, long most) {
        return least == most ? least : random.nextLong(least, most + 1);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }
}
