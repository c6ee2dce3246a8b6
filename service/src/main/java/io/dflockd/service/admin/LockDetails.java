package io.dflockd.service.admin;

import java.util.List;

/**
 * Who holds a key and who waits for it.
 *
 * @param key its octets
 * @param limit how many may hold it; 0 where it is a read-write lock
 * @param holders the oldest first, not all where there are many
 * @param waiters in their order, not all where there are many
 */
public record LockDetails(
        String key,
        String kind,
        long limit,
        List<Holder> holders,
        int holderCount,
        List<Waiter> waiters,
        int waiterCount) {
    public LockDetails {
        holders = List.copyOf(holders);
        waiters = List.copyOf(waiters);
    }

    /**
     * One hold. The session is 0 where it is none's any more; the peer is empty where nobody is connected, and so is the identity.
     *
     * @param leaseMs the lease that it was got for; renewals may ask for others, which nothing remembers
     */
    public record Holder(
            long session, String client, String peer, String principal, String mode, long fence, long heldMs,
            long leaseMs, long leaseLeftMs) {
        /** For people: the name that the client gave itself and where it is. */
        public String text() {
            return client.isEmpty() ? peer : peer.isEmpty() ? client : client + '@' + peer;
        }
    }

    /** One place in the queue. */
    public record Waiter(
            long session, String client, String peer, String principal, String mode, long waitedMs) {
        public String text() {
            return client.isEmpty() ? peer : peer.isEmpty() ? client : client + '@' + peer;
        }
    }
}
