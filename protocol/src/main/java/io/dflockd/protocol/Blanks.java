package io.dflockd.protocol;

/**
 * Finds Unicode white space in UTF-8 bytes. The set is that of the existing server: U+0009 to U+000D, U+0020, U+0085,
 * U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F and U+3000. A lead byte of UTF-8 never stands inside
 * another character, so looking at one place needs no decoding of what comes before it.
 */
final class Blanks {
    private Blanks() {}

    /** The length in bytes of the white-space character that starts at {@code at}; 0 where none does. */
    static int lengthAt(byte[] bytes, int at, int to) {
        int first = bytes[at] & 0xff;
        if (first < 0x80) {
            return first == ' ' || (first >= 0x09 && first <= 0x0d) ? 1 : 0;
        }
        if (first == 0xc2) {
            return at + 1 < to && isIn(bytes[at + 1], 0x85, 0xa0) ? 2 : 0;
        }
        return at + 2 < to && isThreeByteBlank(first, bytes[at + 1] & 0xff, bytes[at + 2] & 0xff) ? 3 : 0;
    }

    /** The first place from {@code from} on where no white space stands; {@code to} where there is none. */
    static int skip(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int length = lengthAt(bytes, at, to);
            if (length == 0) {
                return at;
            }
            at += length;
        }
        return to;
    }

    /** The end of the bytes from {@code from} to {@code to} without the white space that ends them. */
    static int trimEnd(byte[] bytes, int from, int to) {
        int end = to;
        while (end > from) {
            int length = lengthBefore(bytes, from, end);
            if (length == 0) {
                return end;
            }
            end -= length;
        }
        return end;
    }

    private static int lengthBefore(byte[] bytes, int from, int end) {
        for (int length = 1; length <= 3 && end - length >= from; length++) {
            if (lengthAt(bytes, end - length, end) == length) {
                return length;
            }
        }
        return 0;
    }

    private static boolean isIn(byte value, int one, int other) {
        int octet = value & 0xff;
        return octet == one || octet == other;
    }

    private static boolean isThreeByteBlank(int first, int second, int third) {
        if (first == 0xe2 && second == 0x80) {
            return (third >= 0x80 && third <= 0x8a) || third == 0xa8 || third == 0xa9 || third == 0xaf;
        }
        return (first == 0xe1 && second == 0x9a && third == 0x80)
                || (first == 0xe2 && second == 0x81 && third == 0x9f)
                || (first == 0xe3 && second == 0x80 && third == 0x80);
    }
}
