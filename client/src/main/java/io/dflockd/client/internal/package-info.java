/**
 * The machinery of the client; not for use by others, and free to change in every version.
 *
 * <p>Its rooms stand upon each other: {@code link}, a connection that pipelines requests; {@code session}, what outlives a
 * connection; above that {@code hold}, the life of one lease, {@code event} and {@code call}. What all of them need is here.
 */
@NullMarked
package io.dflockd.client.internal;

import org.jspecify.annotations.NullMarked;
