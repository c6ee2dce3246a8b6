package io.dflockd.engine;

import org.jspecify.annotations.Nullable;

/**
 * A place in the queue of a resource. It is either the place of one waiting request, or one that an enqueue took and
 * that a request may come to wait at later.
 */
final class Waiter extends Waiting {
    final Resource resource;
    final Mode mode;
    final long leaseMs;
    final long salt;
    /** Whether an enqueue took the place. */
    final boolean reserved;
    /** Whether the request that waits here wants its answer in milliseconds. */
    boolean inMs;
    /** Neighbours in the list of those who wait for keys of the same group, see {@link Population}. */
    @Nullable Waiter arrivedBefore;
    @Nullable Waiter arrivedAfter;

    Waiter(
            Resource resource,
            Session session,
            Mode mode,
            long leaseMs,
            long salt,
            long ticket,
            long sinceMs,
            boolean reserved) {
        super(session, ticket, sinceMs);
        this.resource = resource;
        this.mode = mode;
        this.leaseMs = leaseMs;
        this.salt = salt;
        this.reserved = reserved;
    }

    HoldKind kind() {
        return HoldKind.of(mode, resource.limit);
    }
}
