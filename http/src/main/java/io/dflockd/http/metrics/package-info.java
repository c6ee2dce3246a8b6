/** What the service measures, in the forms that Prometheus and whoever speaks like it read. */
@NullMarked
package io.dflockd.http.metrics;

import org.jspecify.annotations.NullMarked;
