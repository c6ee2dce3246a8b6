package io.dflockd.junit;

import io.dflockd.client.DflockdClient;
import java.time.Duration;

/**
 * The one clock of a server and of all clients that came from its {@link DflockdServers}. It stands still: leases, waits,
 * graces and time-outs run out when it is moved, and not by the machine's time. Thread-safe.
 */
public interface ManualClock {
    /**
     * Moves from one due time to the next until this much has passed. At each, the server does what is due, then the clients
     * do, and then what is on its way arrives, for which it waits up to ten seconds of the machine's time: so a renewal that is
     * due before the end of its lease gets there first, as in life. Where a fault or a pause was in the way of a client, it waits
     * up to a second, and goes on. Callbacks and futures are told on threads of their own, and may be so after this returns.
     *
     * @throws IllegalStateException where a client and its server did not hear each other in that time although nothing was in
     *             the way, as on a machine that is too busy; the clock stands wherever it had come to
     * @throws IllegalArgumentException where it is negative
     * @throws InterruptedException when interrupted; the clock stands wherever it had come to
     */
    void advance(Duration duration) throws InterruptedException;

    /** How much it was moved since it began. */
    Duration elapsed();

    /**
     * Stops one client, as if its process stood still: time does not pass for it, nothing that it is due to do is done, and
     * nothing arrives at it or leaves it. Threads of the test that call it go on, and see what it knew when it was paused.
     *
     * @throws IllegalArgumentException where it does not come from the same {@link DflockdServers}
     */
    void pause(DflockdClient client);

    /**
     * Lets it go on. For it, all time since it was paused passes at once: it does what has become due meanwhile, and gets what
     * was sent to it.
     */
    void resume(DflockdClient client) throws InterruptedException;
}
