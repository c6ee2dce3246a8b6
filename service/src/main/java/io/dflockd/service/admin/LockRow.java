package io.dflockd.service.admin;

/**
 * One key that somebody may hold. What is said of a holder is of the oldest hold, and 0 or empty where there is none.
 *
 * @param key its octets
 * @param limit how many may hold it; 0 where it is a read-write lock
 * @param session whose hold it is; 0 where it is none's any more
 * @param client what the client calls itself, its octets
 * @param peer where it is connected from; empty where it is not
 * @param principal the identity that it has shown to be, where it is connected; else empty
 * @param heat how often somebody got it, or did not get it, of late: each time counts half as much with each half minute
 * @param leaseMs the lease that it was got for
 * @param longestWaitMs since when the first in the queue has been waiting
 */
public record LockRow(
        String key,
        String kind,
        long limit,
        int holders,
        long session,
        String client,
        String peer,
        String principal,
        long fence,
        long heldMs,
        long leaseMs,
        long leaseLeftMs,
        int waiters,
        long longestWaitMs,
        float heat) {}
