/** The pages that operators look at: files only, the API tells them what to show. */
@NullMarked
package io.dflockd.http.console;

import org.jspecify.annotations.NullMarked;
