/** What a route is made of: a call, an answer, a problem, and the table in which they stand. */
@NullMarked
package io.dflockd.http.route;

import org.jspecify.annotations.NullMarked;
