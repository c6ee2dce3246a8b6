/**
 * What a monitoring system is told: {@link io.dflockd.service.metrics.Metrics} gathers it, one class for each part. Labels come
 * from closed sets, so that there is never more to tell where there is more to do.
 */
@NullMarked
package io.dflockd.service.metrics;

import org.jspecify.annotations.NullMarked;
