/**
 * Who is at the other end: callers, what they are told through, and which of them speaks for which session. Read
 * {@link io.dflockd.service.session.SessionDesk} first.
 */
@NullMarked
package io.dflockd.service.session;

import org.jspecify.annotations.NullMarked;
