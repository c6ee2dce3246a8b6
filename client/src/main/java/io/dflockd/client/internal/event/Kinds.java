package io.dflockd.client.internal.event;

import java.util.Locale;

/** Between the words of servers and constants that a {@code switch} can name. */
public final class Kinds {
    private Kinds() {}

    /** The constant that is named like the word; {@code other} for words that this version does not know. */
    public static <K extends Enum<K>> K of(String word, Class<K> kinds, K other) {
        for (var kind : kinds.getEnumConstants()) {
            if (kind != other && kind.name().toLowerCase(Locale.ROOT).equals(word)) {
                return kind;
            }
        }
        return other;
    }
}
