package io.dflockd.conformance;

import static java.util.stream.Collectors.joining;

import io.dflockd.protocol.Dialect;
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
 *
 * <p>In the {@linkplain Dialect#LEGACY legacy dialect} grants and renewals come without their fence, which is then taken
 * from where it stands anyway: the first half of the token.
 */
final class Bindings {
    private static final Pattern TOKEN = Pattern.compile("T\\d+");
    private static final Pattern FENCE = Pattern.compile("f\\d+");
    private static final Pattern NAME = Pattern.compile("\\b[Tf]\\d+\\b");
    /** A grant or a renewal, whose last word is the fence. */
    private static final Pattern WITH_FENCE = Pattern
            .compile("((?:@\\S+ )?(?:ok|acquired) (?:(\\S+) )?\\d+(?:ms)?) (f\\d*)");
    private static final int FENCE_DIGITS = 16;

    private final Map<String, String> tokens = new HashMap<>();
    private final TreeMap<Integer, Long> fences = new TreeMap<>();
    private final Dialect dialect;

    Bindings() {
        this(Dialect.CURRENT);
    }

    Bindings(Dialect dialect) {
        this.dialect = dialect;
    }

    /** The text with the names of known tokens and fences replaced by what they stand for. */
    synchronized String fill(String text) {
        return NAME.matcher(text).replaceAll(name -> Matcher.quoteReplacement(known(name.group())));
    }

    private String known(String name) {
        var found = name.startsWith("T") ? tokens.get(name) : fences.get(Integer.parseInt(name.substring(1)));
        return found == null ? name : found.toString();
    }

    /** Whether the line is what was expected; if so, the names in {@code expected} are bound to what they met. */
    synchronized boolean matches(String expected, String line) {
        var withFence = WITH_FENCE.matcher(expected);
        if (dialect == Dialect.CURRENT || !withFence.matches()) {
            return matchesAsItIs(expected, line);
        }
        return matchesAsItIs(withFence.group(1), line) && fenceFits(withFence.group(3), withFence.group(2));
    }

    private boolean matchesAsItIs(String expected, String line) {
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
            if (FENCE.matcher(word).matches() && !bindFence(word, Long.parseLong(found.group(++group)))) {
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

    private boolean fenceFits(String fenceName, String tokenName) {
        var token = tokens.get(tokenName);
        return token == null || !FENCE.matcher(fenceName).matches()
                || bindFence(fenceName, Long.parseLong(token.substring(0, FENCE_DIGITS), 16));
    }

    private boolean bindFence(String name, long fence) {
        int rank = Integer.parseInt(name.substring(1));
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
