package io.dflockd.client.connection;

import java.time.Duration;

/**
 * A lease that began anew.
 *
 * @param remaining how long the hold lasts from now unless it is renewed again
 * @param fence that of the grant, which a renewal does not change; 0 from a server that knows none
 */
public record Renewal(Duration remaining, long fence) {}
