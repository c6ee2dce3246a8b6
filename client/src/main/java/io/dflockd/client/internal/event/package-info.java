/**
 * Subscriptions that are made again with each connection, and the bounded buffer in front of who reads.
 */
@NullMarked
package io.dflockd.client.internal.event;

import org.jspecify.annotations.NullMarked;
