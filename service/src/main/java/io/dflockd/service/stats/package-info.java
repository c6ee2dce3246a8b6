/** What {@code stats} tells. */
@NullMarked
package io.dflockd.service.stats;

import org.jspecify.annotations.NullMarked;
