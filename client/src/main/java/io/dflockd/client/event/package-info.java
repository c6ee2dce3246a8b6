/**
 * Streams of what others do: signals, changes of keys, leaders. A {@link io.dflockd.client.event.EventStream} is bounded; what
 * could not be told is told as a {@link io.dflockd.client.event.Gap}.
 */
@NullMarked
package io.dflockd.client.event;

import org.jspecify.annotations.NullMarked;
