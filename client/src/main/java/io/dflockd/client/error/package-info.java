/**
 * What a call can fail with: a {@link io.dflockd.client.error.DflockdException} for each answer of a server that is a refusal and
 * for each way in which a connection fails.
 */
@NullMarked
package io.dflockd.client.error;

import org.jspecify.annotations.NullMarked;
