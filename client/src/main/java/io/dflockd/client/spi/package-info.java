/**
 * What a program can put in place of a part of the library.
 */
@NullMarked
package io.dflockd.client.spi;

import org.jspecify.annotations.NullMarked;
