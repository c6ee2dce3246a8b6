package io.dflockd.engine;

/** A session's standing interest. The group is empty except for listeners that share signals among them. */
record Subscription(Kind kind, String pattern, String group) {
    enum Kind {
        LISTENER,
        WATCH,
        OBSERVER;

        private static final Kind[] KINDS = values();

        /** The number that stands for it in snapshots. */

        @SuppressWarnings("EnumOrdinal") // the order of the constants is part of the snapshot's format

        int code() {

            return ordinal();

        }

        static Kind ofCode(int code) {

            return KINDS[code];

        }
    }
}
