/** Locks of ShedLock, kept by a dflockd server. */
@NullMarked
package io.dflockd.shedlock;

import org.jspecify.annotations.NullMarked;
