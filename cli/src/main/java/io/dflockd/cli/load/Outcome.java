package io.dflockd.cli.load;

import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a run showed.
 *
 * @param seconds that were measured; 0 when it ended before
 * @param operations that were completed in that time
 * @param latencies of these, in nanoseconds
 * @param failures of the whole run, the warm-up and the end included, by kind
 * @param violations how often two held the contended lock at once, or a fence did not rise
 * @param stopped whether somebody ended the run early
 */
public record Outcome(double seconds, long operations, Histogram latencies, Map<String, Failure> failures,
        long violations, String violation, boolean stopped) {
    /**
     * One kind of failures.
     *
     * @param first what the first of them said
     */
    public record Failure(long count, String first) {}

    public double perSecond() {
        return seconds > 0 ? operations / seconds : 0;
    }

    public long failureCount() {
        return failures.values().stream().mapToLong(Failure::count).sum();
    }

    /** Whether a server went away, or no longer answered. */
    public boolean lostServer() {
        return failures.containsKey(Failures.CONNECTION_LOST) || failures.containsKey(Failures.NO_ANSWER);
    }
}
