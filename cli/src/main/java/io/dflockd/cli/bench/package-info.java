/** {@code bench}: from its flags to a report. The load itself is next door, in {@code load}. */
@NullMarked
package io.dflockd.cli.bench;

import org.jspecify.annotations.NullMarked;
