/** What a client does, as meters and observations of Micrometer. */
@NullMarked
package io.dflockd.micrometer;

import org.jspecify.annotations.NullMarked;
