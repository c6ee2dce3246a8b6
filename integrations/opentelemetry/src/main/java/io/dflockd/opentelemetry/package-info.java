/** What a client does, as spans and metrics of OpenTelemetry. */
@NullMarked
package io.dflockd.opentelemetry;

import org.jspecify.annotations.NullMarked;
