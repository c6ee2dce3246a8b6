package io.dflockd.acceptance.hostile;

import java.time.Duration;

/**
 * What an honest client saw.
 *
 * @param failure empty where there was none
 */
record Report(int pairs, long medianNanos, long p99Nanos, long longestNanos, String failure) {

    Duration p99() {
        return Duration.ofNanos(p99Nanos);
    }

    Duration longest() {
        return Duration.ofNanos(longestNanos);
    }

    /** As one line for another process. */
    String written() {
        return pairs + " " + medianNanos + " " + p99Nanos + " " + longestNanos + " " + failure.replace('\n', ' ');
    }

    static Report read(String line) {
        var fields = line.split(" ", 5);
        return new Report(Integer.parseInt(fields[0]), Long.parseLong(fields[1]), Long.parseLong(fields[2]),
                Long.parseLong(fields[3]), fields[4]);
    }

    @Override
    public String toString() {
        return "%d pairs, median %.2f ms, p99 %.2f ms, longest %.1f ms%s".formatted(pairs, medianNanos / 1e6,
                p99Nanos / 1e6,
                longestNanos / 1e6, failure.isEmpty() ? "" : ", FAILED: " + failure);
    }
}
