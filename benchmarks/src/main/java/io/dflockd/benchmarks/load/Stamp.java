package io.dflockd.benchmarks.load;

import java.nio.ByteBuffer;

/** A time inside a payload: sixteen letters, one for each four bits, so that no protocol minds them. */
final class Stamp {
    static final int LETTERS = 16;
    private static final int BITS = 4;

    private Stamp() {}

    static void write(long nanos, byte[] to) {
        for (int i = 0; i < LETTERS; i++) {
            to[i] = (byte) ('a' + ((nanos >>> (BITS * i)) & 0xf));
        }
    }

    static long read(ByteBuffer from, int at) {
        long nanos = 0;
        for (int i = 0; i < LETTERS; i++) {
            nanos |= (long) (from.get(at + i) - 'a') << (BITS * i);
        }
        return nanos;
    }
}
