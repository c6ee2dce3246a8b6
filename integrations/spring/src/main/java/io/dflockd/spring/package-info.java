/** Locked methods for Spring: {@link io.dflockd.spring.WithLock}. */
@NullMarked
package io.dflockd.spring;

import org.jspecify.annotations.NullMarked;
