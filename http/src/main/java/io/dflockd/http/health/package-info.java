/** The probes of whoever starts and stops servers. */
@NullMarked
package io.dflockd.http.health;

import org.jspecify.annotations.NullMarked;
