package io.dflockd.engine;

/** The end of a list at which a value goes in or out. */
public enum End {
    LEFT,
    RIGHT;

    private static final End[] ENDS = values();

    /** The number that stands for it in snapshots. */

    @SuppressWarnings("EnumOrdinal") // the order of the constants is part of the snapshot's format

    int code() {

        return ordinal();

    }

    static End ofCode(int code) {

        return ENDS[code];

    }
}
