/** Who is asking, and whether he may. */
@NullMarked
package io.dflockd.http.access;

import org.jspecify.annotations.NullMarked;
