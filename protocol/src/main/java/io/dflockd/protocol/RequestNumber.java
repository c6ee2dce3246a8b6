package io.dflockd.protocol;

/**
 * The tag of a request in a named session: {@code 7}, or {@code 7+5} to say besides that the answers up to the fifth were
 * received. Both are decimal, at most {@link Limits#MAX_NUMBER}, without leading zeros; the first counts from 1. Reading
 * one allocates nothing.
 */
public final class RequestNumber {
    /** Stands for the absence of a number. */
    public static final long NONE = -1;

    private static final int MAX_DIGITS = 16;

    private RequestNumber() {}

    /** The number of the request; {@link #NONE} where the tag is no number, or what follows it is none. */
    public static long numberOf(String tag) {
        int plus = tag.indexOf('+');
        long number = parse(tag, 0, plus < 0 ? tag.length() : plus);
        boolean valid = number > 0 && (plus < 0 || parse(tag, plus + 1, tag.length()) != NONE);
        return valid ? number : NONE;
    }

    /** How many answers the tag says were received; {@link #NONE} where it says nothing of them. */
    public static long receivedOf(String tag) {
        int plus = tag.indexOf('+');
        return plus < 0 || parse(tag, 0, plus) <= 0 ? NONE : parse(tag, plus + 1, tag.length());
    }

    /** The number without leading zeros from {@code from} to {@code to}, exclusive; {@link #NONE} where none is. */
    static long parse(String text, int from, int to) {
        int digits = to - from;
        if (digits < 1 || digits > MAX_DIGITS || (digits > 1 && text.charAt(from) == '0')) {
            return NONE;
        }
        long number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return NONE;
            }
            number = number * 10 + digit;
        }
        return number <= Limits.MAX_NUMBER ? number : NONE;
    }

    /** How long the {@code +<received>} is that begins there; 0 where none does. */
    static int receivedLength(byte[] line, int from, int to) {
        if (from == to || line[from] != '+') {
            return 0;
        }
        int at = from + 1;
        int last = Math.min(to, at + MAX_DIGITS);
        while (at < last && isDigit(line[at])) {
            at++;
        }
        return at > from + 1 ? at - from : 0;
    }

    /** Whether there are only digits, few enough for a number. */
    static boolean isDigits(byte[] line, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isDigit(line[i])) {
                return false;
            }
        }
        return from < to && to - from <= MAX_DIGITS;
    }

    private static boolean isDigit(byte octet) {
        return octet >= '0' && octet <= '9';
    }
}
