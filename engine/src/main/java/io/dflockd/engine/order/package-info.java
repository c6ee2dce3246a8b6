/**
 * The one order in which every node applies actions: who brings them into it, and who carries them out. What is between the
 * two, nothing or a replicated log, neither of them sees.
 */
@NullMarked
package io.dflockd.engine.order;

import org.jspecify.annotations.NullMarked;
