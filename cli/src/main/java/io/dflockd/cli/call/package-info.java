/** What every command works with: settings, output, tables. {@link io.dflockd.cli.call.Command} is what one is. */
@NullMarked
package io.dflockd.cli.call;

import org.jspecify.annotations.NullMarked;
