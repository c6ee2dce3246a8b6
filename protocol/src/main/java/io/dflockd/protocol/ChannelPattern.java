package io.dflockd.protocol;

/**
 * The grammar of the patterns that signals and watches share: tokens separated by dots, {@code *} for exactly one
 * token, {@code >} for one or more at the end. Empty tokens are literals.
 */
public final class ChannelPattern {
    private ChannelPattern() {}

    /** Whether {@code *} and {@code >} stand only as whole tokens, and {@code >} only as the last. */
    public static boolean isValid(String pattern) {
        int start = 0;
        while (true) {
            int dot = pattern.indexOf('.', start);
            int end = dot < 0 ? pattern.length() : dot;
            if (!isValidToken(pattern, start, end, dot < 0)) {
                return false;
            }
            if (dot < 0) {
                return true;
            }
            start = dot + 1;
        }
    }

    /** Whether the pattern is no plain name: it has a {@code *} or a {@code >} anywhere. */
    public static boolean hasWildcard(String pattern) {
        return pattern.indexOf('*') >= 0 || pattern.indexOf('>') >= 0;
    }

    /** Whether a valid pattern matches the name, which is taken literally, token by token. */
    public static boolean matches(String pattern, String name) {
        int at = 0;
        int nameAt = 0;
        while (true) {
            int end = tokenEnd(pattern, at);
            int nameEnd = tokenEnd(name, nameAt);
            if (isToken(pattern, at, end, '>')) {
                return true;
            }
            boolean same = end - at == nameEnd - nameAt && pattern.regionMatches(at, name, nameAt, end - at);
            if (!same && !isToken(pattern, at, end, '*')) {
                return false;
            }
            if (end == pattern.length() || nameEnd == name.length()) {
                return end == pattern.length() && nameEnd == name.length();
            }
            at = end + 1;
            nameAt = nameEnd + 1;
        }
    }

    private static int tokenEnd(String name, int start) {
        int dot = name.indexOf('.', start);
        return dot < 0 ? name.length() : dot;
    }

    private static boolean isToken(String pattern, int start, int end, char token) {
        return end - start == 1 && pattern.charAt(start) == token;
    }

    private static boolean isValidToken(String pattern, int start, int end, boolean last) {
        for (int i = start; i < end; i++) {
            char c = pattern.charAt(i);
            boolean whole = end - start == 1;
            if ((c == '*' && !whole) || (c == '>' && !(whole && last))) {
                return false;
            }
        }
        return true;
    }
}
