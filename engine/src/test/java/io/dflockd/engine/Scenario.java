package io.dflockd.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A story told line by line: when, who, what, and all that comes of it. The {@code README.md} beside the scenarios says
 * how they are written.
 */
public record Scenario(String name, EngineLimits limits, int slice, List<Step> steps) {
    /** One command; connection "" is the driver, tag "" is none. */
    public record Step(int line, long timeMs, String connection, String tag, List<String> words,
            List<String> effects) {}

    private static final Set<String> DRIVERS_WORDS = Set.of("tick", "drain", "limits", "rules", "term");
    private static final String ARROW = "->";
    private static final String NO_EFFECT = "nothing yet";

    public static List<Scenario> parseAll(List<String> lines) {
        var scenarios = new ArrayList<Scenario>();
        int number = 0;
        long timeMs = 0;
        for (var line : lines) {
            number++;
            var text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            if (text.startsWith("scenario ")) {
                scenarios.add(begin(text.substring("scenario ".length())));
                timeMs = 0;
            } else if (text.startsWith(ARROW)) {
                scenarios.getLast().steps.getLast().effects.add(text.substring(ARROW.length()).strip());
            } else {
                var step = parseStep(number, text, timeMs);
                timeMs = step.timeMs;
                scenarios.getLast().steps.add(step);
            }
        }
        return scenarios;
    }

    private static Scenario begin(String header) {
        int options = header.indexOf('[');
        var name = options < 0 ? header : header.substring(0, options).strip();
        Map<String, Integer> given = options < 0
                ? Map.of()
                : options(List.of(header.substring(options + 1, header.indexOf(']')).split(" ", -1)));
        return new Scenario(
                name,
                limits(given),
                given.getOrDefault("slice", io.dflockd.engine.Step.SLICE),
                new ArrayList<>());
    }

    private static Map<String, Integer> options(List<String> words) {
        var options = new LinkedHashMap<String, Integer>();
        for (var word : words) {
            var parts = word.split("=", 2);
            options.put(parts[0], Integer.valueOf(parts[1]));
        }
        return options;
    }

    /** The limits that options such as {@code max-waiters=1} make of wide ones. */
    static EngineLimits limits(List<String> words) {
        return limits(options(words));
    }

    private static EngineLimits limits(Map<String, Integer> given) {
        var limits = new Limits();
        limits.maxLocks = given.getOrDefault("max-locks", limits.maxLocks);
        limits.maxWaiters = given.getOrDefault("max-waiters", limits.maxWaiters);
        limits.maxKeys = given.getOrDefault("max-keys", limits.maxKeys);
        limits.maxListLength = given.getOrDefault("max-list-length", limits.maxListLength);
        limits.maxSubscriptions = given.getOrDefault("max-subscriptions", limits.maxSubscriptions);
        limits.maxBytes = given.getOrDefault("max-bytes", (int) limits.maxBytes);
        limits.maxAnswerBytes = given.getOrDefault("max-answer-bytes", (int) limits.maxAnswerBytes);
        limits.maxSessions = given.getOrDefault("max-sessions", limits.maxSessions);
        limits.maxGraceMs = 1_000L * given.getOrDefault("max-grace", (int) (limits.maxGraceMs / 1_000));
        limits.releasesOnEnd = given.getOrDefault("auto-release", 1) == 1;
        return limits.toLimits();
    }

    private static Step parseStep(int line, String text, long earlierMs) {
        int arrow = text.indexOf(ARROW);
        if (arrow < 0) {
            throw new IllegalArgumentException("line " + line + " does not say what comes of it");
        }
        var words = new ArrayList<>(List.of(text.substring(0, arrow).strip().split(" +", -1)));
        long timeMs = earlierMs;
        if (words.getFirst().equals("at")) {
            words.removeFirst();
            timeMs = milliseconds(words.removeFirst());
        }
        boolean byDriver = DRIVERS_WORDS.contains(words.getFirst());
        var connection = byDriver ? "" : words.removeFirst();
        var tag = words.getFirst().startsWith("@") ? words.removeFirst().substring(1) : "";
        var effects = new ArrayList<String>();
        var effect = text.substring(arrow + ARROW.length()).strip();
        if (!effect.equals(NO_EFFECT)) {
            effects.add(effect);
        }
        return new Step(line, timeMs, connection, tag, words, effects);
    }

    private static long milliseconds(String time) {
        if (!time.endsWith("s")) {
            throw new IllegalArgumentException("a time is so many seconds, such as 1.5s, not " + time);
        }
        return Math.round(Double.parseDouble(time.substring(0, time.length() - 1)) * 1_000);
    }
}
