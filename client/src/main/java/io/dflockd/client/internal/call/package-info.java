/**
 * Requests with one answer: the way of a key to its server, and what an answer means.
 */
@NullMarked
package io.dflockd.client.internal.call;

import org.jspecify.annotations.NullMarked;
