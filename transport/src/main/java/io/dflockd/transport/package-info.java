/**
 * The line protocol over sockets: who may connect, what is read, when a request starts, what is written, who has been
 * silent or slow for too long.
 *
 * <p>The way of a request: {@link io.dflockd.transport.Connection} reads, {@link io.dflockd.transport.Intake} cuts, the
 * {@link io.dflockd.transport.Lane} says when it may start, and the service deals with it. What is decided lies in the
 * {@link io.dflockd.transport.Outbox} of each connection that it concerns until the {@link io.dflockd.transport.Batch} has
 * these written, once the bytes that were read are worked off.
 */
@NullMarked
package io.dflockd.transport;

import org.jspecify.annotations.NullMarked;
