/** What operators ask and change, as JSON. */
@NullMarked
package io.dflockd.http.api;

import org.jspecify.annotations.NullMarked;
