package io.dflockd.client.connection;

import java.time.Duration;

/**
 * A hold as the server granted it.
 *
 * @param token the secret that renews and releases the hold, from any connection
 * @param lease how long the hold lasts unless it is renewed
 * @param fence greater than that of every earlier grant of the server; 0 from a server that knows none
 */
public record Grant(String token, Duration lease, long fence) {
    /** Leaves the token out. */
    @Override
    public String toString() {
        return "Grant[lease=" + lease + ", fence=" + fence + "]";
    }
}
