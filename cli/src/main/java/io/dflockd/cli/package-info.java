/**
 * The command line {@code dflock}. Begin with {@link io.dflockd.cli.CommandTable}: it lists every command, and help,
 * completion and the document are made from it. {@link io.dflockd.cli.Guard} is what keeps a command under its lease.
 */
@NullMarked
package io.dflockd.cli;

import org.jspecify.annotations.NullMarked;
