/**
 * Single commands over one connection, as the protocol has them, for programs that want to keep tokens, leases and reconnecting
 * in their own hands. Most programs don't: see {@link io.dflockd.client.DflockdClient}.
 */
@NullMarked
package io.dflockd.client.connection;

import org.jspecify.annotations.NullMarked;
