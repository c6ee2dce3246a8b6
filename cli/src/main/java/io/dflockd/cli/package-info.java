/**
 * The command line {@code dflock}. Begin with {@link io.dflockd.cli.CommandTable}: it lists every command, and help,
 * completion and the document are made from it. The packages below stack: {@code line} and {@code load} know none of the
 * others, {@code guard} and {@code call} stand on {@code line}, {@code command} and {@code bench} on these, and this one on all.
 * {@link io.dflockd.cli.guard.Guard} is what keeps a command under its lease.
 */
@NullMarked
package io.dflockd.cli;

import org.jspecify.annotations.NullMarked;
