package io.dflockd.spring;

import io.dflockd.client.Lease;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The lease under which the running method was called, for its thread alone. */
public final class CurrentLease {
    private static final ThreadLocal<Deque<Held>> STACK = ThreadLocal.withInitial(ArrayDeque::new);

    /**
     * What a running method holds.
     *
     * @param terms null for a leadership
     */
    record Held(@Nullable LockTerms terms, String key, Lease lease) {}

    private CurrentLease() {}

    /**
     * The lease of the innermost {@link WithLock} or {@link LeaderOnly} of this thread. Whoever gives it back or keeps it for later
     * does so on purpose: the method then returns as it does, unprotected from that moment on.
     *
     * @throws IllegalStateException when none is running
     */
    public static Lease get() {
        var held = STACK.get().peek();
        if (held == null) {
            throw new IllegalStateException(
                    "no @WithLock or @LeaderOnly method runs on thread " + Thread.currentThread().getName());
        }
        return held.lease();
    }

    /** The fencing token of {@link #get}, which whatever the method writes to can compare. */
    public static long fence() {
        return get().fence();
    }

    /**
     * What this thread has of the key that does for these terms, or null where it has nothing of the key.
     *
     * @throws IllegalStateException where it has something else of the key, and would wait for itself
     */
    static @Nullable Held of(LockTerms terms, String key) {
        @Nullable LockTerms other = null;
        for (var held : STACK.get()) {
            var has = held.terms();
            if (has != null && held.key().equals(key)) {
                if (has.covers(terms)) {
                    return held;
                }
                other = has;
            }
        }
        if (other != null) {
            throw new IllegalStateException(
                    "%s: this thread has it with mode %s, and with mode %s waits for itself; valid under it: %s"
                            .formatted(key, other.mode(), terms.mode(), other.covered()));
        }
        return null;
    }

    static void push(@Nullable LockTerms terms, String key, Lease lease) {
        push(new Held(terms, key, lease));
    }

    static void push(Held held) {
        STACK.get().push(held);
    }

    static void pop() {
        var stack = STACK.get();
        stack.pop();
        if (stack.isEmpty()) {
            STACK.remove();
        }
    }
}
