/**
 * The program: settings, wiring, life cycle. {@link io.dflockd.server.DflockdServer} puts the engine, the service and the
 * transport together; nothing is decided here.
 */
@NullMarked
package io.dflockd.server;

import org.jspecify.annotations.NullMarked;
