/** The commands, a class each or one for each kind of thing; but {@code bench}, which has a shelf of its own. */
@NullMarked
package io.dflockd.cli.command;

import org.jspecify.annotations.NullMarked;
