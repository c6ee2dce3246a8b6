/**
 * The machinery of the client; not for use by others, and free to change in every version.
 *
 * <p>Read {@link io.dflockd.client.internal.Link} first, a connection that pipelines requests; then
 * {@link io.dflockd.client.internal.Hold}, the life of one lease.
 */
@NullMarked
package io.dflockd.client.internal;

import org.jspecify.annotations.NullMarked;
