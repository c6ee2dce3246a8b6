package io.dflockd.conformance;

import static java.util.stream.Collectors.joining;

import io.dflockd.protocol.Octets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the names in an expected line stand for. {@code T1}, {@code T2} … are tokens: 32 lowercase hexadecimal digits,
 * each name another token. {@code f1}, {@code f2} … are fences, which rise with their numbers; a plain {@code f} is any
 * fence. {@code …} is any text.
 */
final class Bindings {
    private static final Pattern TOKEN = Pattern.compile("T\\d+");
    private static final Pattern FENCE = Pattern.compile("f\\d+");

    private final Map<String, String> tokens = new HashMap<>();
    private final TreeMap<Integer, Long> fences = new TreeMap<>();

    /** The text with the names of known tokens replaced by the tokens. */
    synchronized String fill(String text) {
        var filled = new StringBuilder();
        var name = Pattern.compile("\\bT\\d+\\b").matcher(text);
        while (name.find()) {
            var token = tokens.get(name.group());
            name.appendReplacement(filled, Matcher.quoteReplacement(token == null ? name.group() : token));
        }
        return name.appendTail(filled).toString();
    }

    /** Whether the line is what was expected; if so, the names in {@code expected} are bound to what they met. */
    synchronized boolean matches(String expected, String line) {
        var words = expected.split(" ", -1);
        var found = pattern(words).matcher(line);
        if (!found.matches()) {
            return false;
        }
        int group = 0;
        for (var word : words) {
            if (TOKEN.matcher(word).matches() && !bindToken(word, found.group(++group))) {
                return false;
            }
            if (FENCE.matcher(word).matches() && !bindFence(word, found.group(++group))) {
                return false;
            }
        }
        return true;
    }

    private static Pattern pattern(String[] words) {
        var regex = new StringBuilder();
        for (var word : words) {
            regex.append(regex.isEmpty() ? "" : " ");
            if (TOKEN.matcher(word).matches()) {
                regex.append("([0-9a-f]{32})");
            } else if (FENCE.matcher(word).matches()) {
                regex.append("([1-9][0-9]*)");
            } else if (word.equals("f")) {
                regex.append("[1-9][0-9]*");
            } else {
                regex.append(literal(word));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    private static String literal(String word) {
        return Stream.of(word.split("…", -1)).map(Octets::ofText).map(Pattern::quote).collect(joining(".*"));
    }

    private boolean bindToken(String name, String token) {
        if (!tokens.containsKey(name) && tokens.containsValue(token)) {
            return false;
        }
        return tokens.computeIfAbsent(name, absent -> token).equals(token);
    }

    private boolean bindFence(String name, String digits) {
        int rank = Integer.parseInt(name.substring(1));
        long fence = Long.parseLong(digits);
        var known = fences.get(rank);
        if (known != null) {
            return known == fence;
        }
        var below = fences.lowerEntry(rank);
        var above = fences.higherEntry(rank);
        if ((below != null && below.getValue() >= fence) || (above != null && above.getValue() <= fence)) {
            return false;
        }
        fences.put(rank, fence);
        return true;
    }
}
