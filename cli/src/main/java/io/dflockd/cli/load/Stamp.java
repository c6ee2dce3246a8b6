package io.dflockd.cli.load;

/** A number inside a payload: sixteen letters from a to p, one for each four bits. */
final class Stamp {
    static final int LETTERS = 16;
    private static final int BITS = 4;
    private static final int DIGIT = 0xf;

    private Stamp() {}

    static String of(long number, char[] room) {
        for (int i = 0; i < LETTERS; i++) {
            room[i] = (char) ('a' + ((number >>> (BITS * i)) & DIGIT));
        }
        return new String(room);
    }

    static long read(byte[] from, int at) {
        long number = 0;
        for (int i = 0; i < LETTERS; i++) {
            number |= (long) (from[at + i] - 'a') << (BITS * i);
        }
        return number;
    }
}
