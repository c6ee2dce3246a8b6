package io.dflockd.service.access;

/** What is taken away around the argument of {@code auth}: more than the JDK's white space here, less there. */
final class WhiteSpace {
    private WhiteSpace() {}

    /** The text without the white space around it. */
    static String strip(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return switch (c) {
            case ' ', '\u0085', '\u00a0', '\u1680', '\u2028', '\u2029', '\u202f', '\u205f', '\u3000' -> true;
            default -> (c >= '\t' && c <= '\r') || (c >= '\u2000' && c <= '\u200a');
        };
    }
}
