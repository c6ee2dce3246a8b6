package io.dflockd.acceptance.faults;

/** Somebody who holds, and keeps a {@link Journal} of it. */
interface Holder {
    /** Begins to hold; the journal says when. */
    void acquire() throws Exception;

    /** Gives back what it has, and stands no more for it. The client it came from stays. */
    void release() throws Exception;

    /** Ends the client, too. After {@link #release} or instead of it. */
    void close() throws Exception;
}
