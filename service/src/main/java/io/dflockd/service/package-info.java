/**
 * Between "its turn has come" and the engine: who may ask, who is told, what is counted.
 *
 * <p>A transport makes a {@link io.dflockd.service.Receiver} of each connection and hands requests to the
 * {@link io.dflockd.service.RequestHandler}, the one way in. What is decided comes back through the receiver.
 */
@NullMarked
package io.dflockd.service;

import org.jspecify.annotations.NullMarked;
