/**
 * Five first programs, each written from the guide alone: what a newcomer begins with. They know nothing of each other.
 */
@NullMarked
package io.dflockd.examples.first;

import org.jspecify.annotations.NullMarked;
