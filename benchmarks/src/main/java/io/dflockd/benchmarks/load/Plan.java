package io.dflockd.benchmarks.load;

import java.time.Duration;

/** How long a run takes. */
public record Plan(Duration warmUp, Duration measured) {}
