package io.dflockd.benchmarks.scaling;

import java.nio.charset.StandardCharsets;

/** Names with a number in the middle. */
record KeyNames(String head, String tail) {
    String name(int number) {
        return head + number + tail;
    }

    byte[][] first(int count) {
        var names = new byte[count][];
        for (int i = 0; i < count; i++) {
            names[i] = name(i).getBytes(StandardCharsets.US_ASCII);
        }
        return names;
    }
}
