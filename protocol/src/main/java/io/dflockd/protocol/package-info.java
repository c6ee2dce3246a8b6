/**
 * The line protocol of dflockd as Java values: what a client can ask ({@link io.dflockd.protocol.Request}), what the
 * server answers ({@link io.dflockd.protocol.Reply}) and what it sends unasked ({@link io.dflockd.protocol.Push}),
 * with the codecs that turn them into bytes and back. No sockets and no decisions live here.
 *
 * <p>A request is three lines (command, key, argument), a reply or a push is one. Lines are bytes, not text in some
 * encoding, so every string in this package is a string of <em>octets</em>: each {@code char} is one byte, 0 to 255.
 * The JVM keeps such a string as a plain byte array. {@link io.dflockd.protocol.Octets} converts from and to text.
 *
 * <p>Read {@link io.dflockd.protocol.Verb} first, then {@link io.dflockd.protocol.Request} and
 * {@link io.dflockd.protocol.RequestDecoder}.
 */
@NullMarked
package io.dflockd.protocol;

import org.jspecify.annotations.NullMarked;
