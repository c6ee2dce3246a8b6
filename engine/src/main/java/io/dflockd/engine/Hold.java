package io.dflockd.engine;

/** A right that a session has until its lease ends: a lock, a permit, a read or write lock, a leadership. */
final class Hold extends Timed {
    final Resource resource;
    final long sessionId;
    final Mode mode;
    final long fence;
    final long salt;
    /** The lease that was asked for; {@link #deadlineMs} says when it ends. */
    final long leaseMs;

    Hold(Resource resource, long sessionId, Mode mode, long fence, long salt, long leaseMs) {
        this.resource = resource;
        this.sessionId = sessionId;
        this.mode = mode;
        this.fence = fence;
        this.salt = salt;
        this.leaseMs = leaseMs;
    }

    String token() {
        return Token.format(fence, salt);
    }

    @Override
    long sequence() {
        return fence;
    }
}
