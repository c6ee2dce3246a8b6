/** How the engine is driven: under one lock, with the time and the random numbers that it may not fetch. */
@NullMarked
package io.dflockd.service.driver;

import org.jspecify.annotations.NullMarked;
