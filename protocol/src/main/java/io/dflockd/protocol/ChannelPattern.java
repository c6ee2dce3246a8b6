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
