package io.dflockd.service.admin;

import java.util.List;
import java.util.function.Predicate;

/**
 * Which locks, semaphores, read-write locks and elections somebody wants to see.
 *
 * @param visible which keys whoever asks may see at all; asked with the engine held
 * @param prefix octets that their keys begin with
 * @param after only keys behind this one, where they come in the order of their keys; empty for all
 * @param kinds some of {@link #KINDS}; empty for all
 * @param state one of {@link #STATES}; empty for those that somebody holds or waits for
 * @param holder octets that the name of the client begins with that has the oldest hold; empty for any
 * @param principal the identity that is connected for that hold; empty for any
 * @param order one of {@link #ORDERS}
 */
public record LockQuery(
        Predicate<String> visible,
        String prefix,
        String after,
        List<String> kinds,
        String state,
        String holder,
        String principal,
        long minAgeMs,
        int minWaiters,
        String order,
        int limit) {
    public static final List<String> KINDS = List.of("lock", "semaphore", "read_write", "election");
    public static final List<String> STATES = List.of("held", "contended", "idle");
    public static final List<String> ORDERS = List.of("key", "age", "wait", "waiters", "heat", "lease");

    public LockQuery {
        kinds = List.copyOf(kinds);
    }
}
