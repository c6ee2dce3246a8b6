/**
 * The load that {@code dflock bench} puts on a server. Begin with {@link io.dflockd.cli.load.Load}; a {@code Worker} is one
 * connection at work. It speaks the protocol over sockets of its own: through the client's connections, each of which has
 * a thread to read and answers matched to futures, half of what is measured would be the client.
 */
@NullMarked
package io.dflockd.cli.load;

import org.jspecify.annotations.NullMarked;
