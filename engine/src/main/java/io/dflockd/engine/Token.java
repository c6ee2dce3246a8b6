package io.dflockd.engine;

import org.jspecify.annotations.Nullable;

/**
 * Proof of a hold: the fence, which tells holds apart, and a salt that nobody can guess. Written as 32 lowercase
 * hexadecimal digits. Only the salt is secret, so finding a hold by its fence reveals nothing.
 */
record Token(long fence, long salt) {
    private static final int DIGITS = 16;
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    /** The token that is written so; null where none is. */
    static @Nullable Token parse(String text) {
        if (text.length() != 2 * DIGITS) {
            return null;
        }
        for (int i = 0; i < text.length(); i++) {
            if (digit(text.charAt(i)) < 0) {
                return null;
            }
        }
        return new Token(parseHex(text, 0), parseHex(text, DIGITS));
    }

    /** Whether the salts are equal, in a time that does not depend on where they differ. */
    boolean proves(Hold hold) {
        return (salt ^ hold.salt) == 0;
    }

    @SuppressWarnings("deprecation") // the constructor that takes each byte as a char
    static String format(long fence, long salt) {
        var text = new byte[2 * DIGITS];
        putHex(fence, text, 0);
        putHex(salt, text, DIGITS);
        return new String(text, 0);
    }

    private static void putHex(long number, byte[] to, int at) {
        for (int i = 0; i < DIGITS; i++) {
            to[at + i] = HEX[(int) (number >>> (4 * (DIGITS - 1 - i))) & 0xf];
        }
    }

    private static long parseHex(String text, int from) {
        long number = 0;
        for (int i = from; i < from + DIGITS; i++) {
            number = (number << 4) | digit(text.charAt(i));
        }
        return number;
    }

    private static int digit(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    }
}
