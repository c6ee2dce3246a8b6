package io.dflockd.acceptance.hostile;

import java.time.Duration;

/**
 * What an honest client saw.
 *
 * @param p99Nanos as the median and the longest without the time for which the machine let the server or the client not
 *     run
 * @param wholeP99Nanos with that time
 * @param failure empty where there was none
 */
record Report(int pairs, long medianNanos, long p99Nanos, long longestNanos, long wholeP99Nanos,
        long wholeLongestNanos, String failure) {

    Duration p99() {
        return Duration.ofNanos(p99Nanos);
    }

    Duration longest() {
        return Duration.ofNanos(longestNanos);
    }

    /** As one line for another process. */
    String written() {
        return pairs + " " + medianNanos + " " + p99Nanos + " " + longestNanos + " " + wholeP99Nanos + " "
                + wholeLongestNanos + " " + failure.replace('\n', ' ');
    }

    static Report read(String line) {
        var fields = line.split(" ", 7);
        return new Report(Integer.parseInt(fields[0]), Long.parseLong(fields[1]), Long.parseLong(fields[2]),
                Long.parseLong(fields[3]), Long.parseLong(fields[4]), Long.parseLong(fields[5]), fields[6]);
    }

    @Override
    public String toString() {
        return "%d pairs, median %.2f ms, p99 %.2f ms, longest %.1f ms (on this machine p99 %.2f ms, longest %.1f ms)%s"
                .formatted(pairs, medianNanos / 1e6, p99Nanos / 1e6, longestNanos / 1e6, wholeP99Nanos / 1e6,
                        wholeLongestNanos / 1e6, failure.isEmpty() ? "" : ", FAILED: " + failure);
    }
}
