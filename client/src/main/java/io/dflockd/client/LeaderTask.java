package io.dflockd.client;

/** What a leader does. */
@FunctionalInterface
public interface LeaderTask {
    /**
     * Leads until it returns, which resigns. The thread is interrupted when the leadership is lost: stop then, at once.
     *
     * @param leadership for its fence, and to look whether it is still valid between two steps
     */
    void lead(Lease leadership) throws Exception;
}
