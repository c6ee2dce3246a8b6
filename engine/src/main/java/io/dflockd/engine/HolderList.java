package io.dflockd.engine;

import java.util.List;

/**
 * Who holds a key and who waits for it, in their order and each list cut short where that was asked for.
 *
 * @param limit how many may hold it; 0 where it is a read-write lock
 * @param holderCount how many hold it, however many are listed
 */
public record HolderList(
        String key,
        boolean readWrite,
        long limit,
        List<Holder> holders,
        int holderCount,
        List<Waiting> waiters,
        int waiterCount) {
    /**
     * One hold. The session is 0 where it is none's any more. Its client's name is empty where it never said one.
     *
     * @param leaseMs the lease that it was got for; renewals may ask for others, which nothing remembers
     */
    public record Holder(
            long session, String clientName, Mode mode, long heldMs, long leaseMs, long leaseLeftMs, long fence) {}

    /** One place in the queue. */
    public record Waiting(long session, String clientName, Mode mode, long waitedMs) {}
}
