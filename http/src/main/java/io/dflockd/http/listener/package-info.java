/** HTTP/1.1 over Netty: sockets, bounds, time-outs, which names may stand in {@code Host}. */
@NullMarked
package io.dflockd.http.listener;

import org.jspecify.annotations.NullMarked;
