package io.dflockd.test;

import io.dflockd.server.ServerClock;
import io.dflockd.service.driver.Alarm;
import io.dflockd.service.driver.Salts;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A server's clock that a test moves. What is due runs on the server's thread, and whoever moved the time waits for it. */
final class MovedClock implements ServerClock {
    private static final long LONGEST_S = 10;

    private final TestClock clock;
    private final Salts salts = new Salts();
    private final long startedAt;
    private final Set<Plan> plans = ConcurrentHashMap.newKeySet();

    MovedClock(TestClock clock) {
        this.clock = clock;
        this.startedAt = clock.nanoTime();
    }

    @Override
    public long nanoTime() {
        return clock.nanoTime();
    }

    /** Rises while the time stands still, too: fences of a server that is started anew begin by it. */
    @Override
    public Instant now() {
        return Instant.now().plusNanos(clock.nanoTime() - startedAt);
    }

    @Override
    public long nextSalt() {
        return salts.next();
    }

    @Override
    public Alarm alarm(Alarm machine) {
        return (task, delayNanos) -> {
            var plan = new Plan(machine, task);
            plans.add(plan);
            plan.callOff = clock.after(delayNanos, plan::ring);
            return plan::cancel;
        };
    }

    /** What a server has planned that is closed now. */
    void forget() {
        plans.forEach(Plan::cancel);
    }

    private final class Plan {
        private final Alarm machine;
        private final Runnable task;
        private volatile Runnable callOff = () -> {};

        Plan(Alarm machine, Runnable task) {
            this.machine = machine;
            this.task = task;
        }

        void ring() {
            plans.remove(this);
            run(machine, task);
            // What the first one gave to others to send has gone when the second one is done.
            run(machine, () -> {});
        }

        void cancel() {
            plans.remove(this);
            callOff.run();
        }
    }

    private static void run(Alarm machine, Runnable task) {
        var done = new CountDownLatch(1);
        machine.schedule(() -> {
            try {
                task.run();
            } finally {
                done.countDown();
            }
        }, 0);
        try {
            if (!done.await(LONGEST_S, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "the server did not do within " + LONGEST_S + " s what was due; it was closed, or hangs");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
