/**
 * The wire contract, row by row, against any server.
 *
 * <p>Most rows are text: {@code src/test/resources/transcripts/*.txt}, whose notation {@link
 * io.dflockd.conformance.Transcript} explains. What needs bytes, many connections or a server of its own is Java, with
 * the same notation inside ({@link io.dflockd.conformance.Conversation#run}).
 *
 * <p>{@link io.dflockd.conformance.Target} says which server is asked and what was chosen about it. Rows in which this
 * server differs from the existing dflockd server (Go) on purpose bear the tag {@code decision}, what that one does not
 * have at all the tag {@code extension}.
 */
@NullMarked
package io.dflockd.conformance;

import org.jspecify.annotations.NullMarked;
