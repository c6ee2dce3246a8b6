package io.dflockd.benchmarks.target;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The log of a collector, as unified logging writes it. */
final class PauseLog {
    /** What has to be logged: whole pauses, and those that ZGC reports as phases. */
    static final String WHAT = "gc=info,gc+phases=info";

    /** Concurrent work and the phases within a pause are not told by this word. */
    private static final Pattern PAUSE = Pattern.compile("\\bPause .*?(\\d+\\.\\d+)ms$");

    private PauseLog() {}

    /** How long each pause took, in milliseconds. */
    static List<Double> pausesMs(Stream<String> lines) {
        return lines.map(PAUSE::matcher)
                .filter(matcher -> matcher.find())
                .map(matcher -> Double.valueOf(matcher.group(1)))
                .toList();
    }
}
