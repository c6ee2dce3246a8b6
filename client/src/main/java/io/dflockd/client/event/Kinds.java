package io.dflockd.client.event;

import java.util.Locale;

/** Reads what the wire says in lower case as one of the words that this version knows. */
final class Kinds {
    private Kinds() {}

    static <K extends Enum<K>> K of(Class<K> known, String word, K other) {
        for (var kind : known.getEnumConstants()) {
            if (kind != other && kind.name().toLowerCase(Locale.ROOT).equals(word)) {
                return kind;
            }
        }
        return other;
    }
}
