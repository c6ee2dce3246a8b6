/**
 * What outlives a connection: numbered requests that are written again, and the strands of work that share them.
 */
@NullMarked
package io.dflockd.client.internal.session;

import org.jspecify.annotations.NullMarked;
