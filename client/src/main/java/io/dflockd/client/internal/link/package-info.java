/**
 * One connection: the socket, how it is made, and requests and answers on it in the order of writing.
 */
@NullMarked
package io.dflockd.client.internal.link;

import org.jspecify.annotations.NullMarked;
