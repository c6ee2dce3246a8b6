package io.dflockd.acceptance.history;

import io.dflockd.client.Acquirable;
import io.dflockd.client.Lease;
import io.dflockd.client.error.DflockdException;
import io.dflockd.testkit.history.Call;
import io.dflockd.testkit.history.History;
import io.dflockd.testkit.history.HoldCall;
import io.dflockd.testkit.history.ListCall;
import io.dflockd.testkit.history.ListCall.End;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Writes into a history what one client does and sees. Thread-safe. */
final class Recorder {
    private final String client;
    private final History history;
    private final AtomicLong pops;

    /** @param pops numbers the pops of all clients */
    Recorder(String client, History history, AtomicLong pops) {
        this.client = client;
        this.history = history;
        this.pops = pops;
    }

    /** What may throw a failure of the client. */
    interface Action {
        Object run() throws InterruptedException;
    }

    /** What may throw a failure of the client, of a pop. */
    interface Popping {
        Optional<String> run() throws InterruptedException;
    }

    /** Carries it out; false where nobody knows whether the server did. */
    boolean call(String key, Call<?> call, Action action) throws InterruptedException {
        var pending = history.invoke(client, key, call, System.nanoTime());
        try {
            var answer = action.run();
            pending.returned(answer, System.nanoTime());
            return true;
        } catch (DflockdException e) {
            return fail(pending, e);
        }
    }

    /** Carries it out. Of a pop that nobody heard of, the value may go back to where it came from. */
    void pop(String key, End end, Popping popping) throws InterruptedException {
        long number = pops.incrementAndGet();
        long now = System.nanoTime();
        if (!call(key, new ListCall.Pop(end, number), () -> popping.run().orElse(null))) {
            history.mayHappen(client, key, new ListCall.PutBack(end, number), now);
        }
    }

    /** Acquires without waiting for long, believes for some time, and releases. */
    void hold(String key, int limit, Acquirable acquirable, Believing believing) throws InterruptedException {
        long invoked = System.nanoTime();
        var pending = history.invoke(client, key, new HoldCall.Acquire(limit), invoked);
        Optional<Lease> granted;
        try {
            granted = acquirable.tryAcquire(Believing.WAIT);
        } catch (DflockdException e) {
            fail(pending, e);
            return;
        }
        pending.returned(granted.map(Lease::fence).orElse(null), System.nanoTime());
        if (granted.isPresent()) {
            release(key, granted.get(), believing.lastBelief(granted.get(), invoked));
        }
    }

    private void release(String key, Lease lease, long believedAt) throws InterruptedException {
        var pending = history.invoke(client, key, new HoldCall.Release(lease.fence()), System.nanoTime());
        if (lease.release()) {
            pending.returned(true, System.nanoTime());
        } else {
            pending.unknown();
            history.mayHappen(client, key, new HoldCall.Lose(lease.fence()), believedAt);
        }
    }

    private static boolean fail(History.Pending pending, DflockdException failure) {
        switch (failure.code()) {
            case CONNECTION_FAILED, SERVER, LIST_FULL, MAX_KEYS, MAX_LOCKS, MAX_WAITERS -> {
                pending.refused(failure.code().name(), System.nanoTime());
                return true;
            }
            default -> {
                pending.unknown();
                return false;
            }
        }
    }
}
