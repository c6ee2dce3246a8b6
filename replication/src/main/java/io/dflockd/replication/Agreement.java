package io.dflockd.replication;

import io.dflockd.engine.Engine;
import io.dflockd.engine.EngineLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What all nodes hold to by their log, as far as this one has applied it. Thread-safe. */
final class Agreement {
    /** @param rules the number of those by which is decided */
    record Terms(EngineLimits limits, int rules) {}

    private final Optional<NodeRoom> room;
    private final Consumer<Throwable> broken;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Terms terms;

    /**
     * @param room of this node, which is asked for each change; empty where it is alone, and its limits are its own
     * @param broken is told where it cannot hold to them
     */
    Agreement(Optional<NodeRoom> room, Engine engine, Consumer<Throwable> broken) {
        this.room = room;
        this.broken = broken;
        this.terms = of(engine);
    }

    private static Terms of(Engine engine) {
        return new Terms(engine.limits(), engine.rules());
    }

    Terms terms() {
        lock.lock();
        try {
            return terms;
        } finally {
            lock.unlock();
        }
    }

    /** The engine holds to something else now, by the thread that applies. */
    void now(Engine engine) {
        lock.lock();
        try {
            terms = of(engine);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (room.isPresent()) {
            try {
                room.get().inForce(engine.limits());
            } catch (IOException e) {
                broken.accept(e);
            }
        }
    }

    /** Waits until it is so; whether it is. */
    boolean await(Predicate<Terms> wanted, Duration longest) throws InterruptedException {
        long left = longest.toNanos();
        lock.lock();
        try {
            while (!wanted.test(terms) && left > 0) {
                left = changed.awaitNanos(left);
            }
            return wanted.test(terms);
        } finally {
            lock.unlock();
        }
    }
}
