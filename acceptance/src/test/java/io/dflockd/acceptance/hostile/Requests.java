package io.dflockd.acceptance.hostile;

import java.nio.charset.StandardCharsets;

/** Requests as they stand on the wire. A char is a byte. */
final class Requests {
    private Requests() {}

    static String request(String verb, String key, String argument) {
        return verb + "\n" + key + "\n" + argument + "\n";
    }

    static String tagged(Object tag, String verb, String key, String argument) {
        return "@" + tag + " " + request(verb, key, argument);
    }

    /** The token of a grant. */
    static String tokenOf(String grant) {
        return grant.split(" ", 3)[1];
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
