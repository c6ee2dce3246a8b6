/** The one order in which actions are applied, and who brings them into it. */
@NullMarked
package io.dflockd.engine.order;

import org.jspecify.annotations.NullMarked;
