package io.dflockd.transport;

import java.time.Duration;
import java.util.Optional;

/**
 * How the members of a cluster pass connections on to each other.
 *
 * @param self what this member is called
 * @param longestWait how long a connection waits, unread, for a leader
 * @param tls how members know each other; without it whoever reaches the port can claim to be anybody's relay
 */
public record RelaySettings(String self, Duration longestWait, Optional<TlsFiles> tls) {}
