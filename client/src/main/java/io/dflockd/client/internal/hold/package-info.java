/**
 * The life of a hold: how it is asked for, renewed, proved, lost and given back.
 */
@NullMarked
package io.dflockd.client.internal.hold;

import org.jspecify.annotations.NullMarked;
