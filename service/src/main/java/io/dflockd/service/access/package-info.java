/** Who may ask. */
@NullMarked
package io.dflockd.service.access;

import org.jspecify.annotations.NullMarked;
