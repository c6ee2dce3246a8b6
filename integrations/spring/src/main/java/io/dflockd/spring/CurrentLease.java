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
    record Held(@Nullable LockTerms terms, String key, Lease lease) {
        boolean is(LockTerms others, String otherKey) {
            return terms != null && terms.isSameHold(others) && key.equals(otherKey);
        }
    }

    private CurrentLease() {}

    /**
     * The lease of the innermost {@link WithLock} or {@link LeaderOnly} of this thread.
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

    /** The lease that this thread has of the key in that mode, or null. */
    static @Nullable Lease of(LockTerms terms, String key) {
        for (var held : STACK.get()) {
            if (held.is(terms, key)) {
                return held.lease();
            }
        }
        return null;
    }

    static void push(@Nullable LockTerms terms, String key, Lease lease) {
        STACK.get().push(new Held(terms, key, lease));
    }

    static void pop() {
        var stack = STACK.get();
        stack.pop();
        if (stack.isEmpty()) {
            STACK.remove();
        }
    }
}
