/**
 * The server: it turns bytes into commands for the engine and the engine's effects into bytes.
 *
 * <p>The way of a request: {@link io.dflockd.server.Connection} reads and decodes, {@link io.dflockd.server.Session}
 * decides what may start now, {@link io.dflockd.server.EngineDriver} lets the engine apply it and takes the effects to
 * the {@link io.dflockd.server.Outbox} of each connection that they concern, and {@link io.dflockd.server.Batch} has
 * these outboxes written once the bytes that were read are worked off. {@link io.dflockd.server.DflockdServer} puts it
 * together.
 */
@NullMarked
package io.dflockd.server;

import org.jspecify.annotations.NullMarked;
