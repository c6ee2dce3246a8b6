package io.dflockd.engine;

/**
 * A place in the queue of a resource. It is either the place of one waiting request, or one that an enqueue took and
 * that a request may come to wait at later.
 */
final class Waiter extends Waiting {
    final Resource resource;
    final Mode mode;
    final long leaseMs;
    final long salt;
    /** Its number in the order of arrival. */
    final long ticket;
    /** Whether an enqueue took the place. */
    final boolean reserved;

    Waiter(Resource resource, Session session, Mode mode, long leaseMs, long salt, long ticket, boolean reserved) {
        super(session, NO_REQUEST);
        this.resource = resource;
        this.mode = mode;
        this.leaseMs = leaseMs;
        this.salt = salt;
        this.ticket = ticket;
        this.reserved = reserved;
    }

    boolean hasRequest() {
        return request != NO_REQUEST;
    }

    @Override
    long sequence() {
        return ticket;
    }
}
