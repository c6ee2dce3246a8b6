/** Keeps a program under a lease. Begin with {@link io.dflockd.cli.guard.Guard}. Knows nothing of commands. */
@NullMarked
package io.dflockd.cli.guard;

import org.jspecify.annotations.NullMarked;
