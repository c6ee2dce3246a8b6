/** What it costs those who work that somebody looks: walks over many locks, and a console that is open beside the load. */
@NullMarked
package io.dflockd.benchmarks.watched;

import org.jspecify.annotations.NullMarked;
