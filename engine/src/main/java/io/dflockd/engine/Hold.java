package io.dflockd.engine;

import org.jspecify.annotations.Nullable;

/** A right that a session has until its lease ends: a lock, a permit, a read or write lock, a leadership. */
final class Hold extends Timed {
    final Resource resource;
    final long fence;
    final long salt;
    final long sinceMs;
    /** Whose it is; null where it lives on without a session, guarded by its lease. */
    @Nullable Session session;
    /** For whom it counts, however long it outlives its session; null for nobody. */
    final @Nullable Owner owner;
    /** Neighbours in the list of {@link Holds}. */
    @Nullable Hold ownedBefore;
    @Nullable Hold ownedAfter;
    Mode mode;
    /** The lease that was asked for; {@link #deadlineMs} says when it ends. */
    long leaseMs;

    Hold(
            Resource resource,
            @Nullable Session session,
            @Nullable Owner owner,
            Mode mode,
            long fence,
            long salt,
            long leaseMs,
            long sinceMs) {
        this.resource = resource;
        this.session = session;
        this.owner = owner;
        this.mode = mode;
        this.fence = fence;
        this.salt = salt;
        this.leaseMs = leaseMs;
        this.sinceMs = sinceMs;
    }

    HoldKind kind() {
        return HoldKind.of(mode, resource.limit);
    }

    String token() {
        return Token.format(fence, salt);
    }

    @Override
    long sequence() {
        return fence;
    }
}
