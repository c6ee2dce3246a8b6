/**
 * The admin listener. A request comes in by {@code listener}, is looked up in the table of {@code route}, is allowed by
 * {@code access}, and is answered by {@code health}, {@code api} or {@code metrics}; the root puts them together. Nothing
 * here takes the engine's lock on the listener's own thread, so that a probe is answered whatever the engine does.
 */
@NullMarked
package io.dflockd.http;

import org.jspecify.annotations.NullMarked;
