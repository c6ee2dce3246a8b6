package io.dflockd.engine;

/** Numbers everything that is ordered by its arrival. A number is used once. */
final class Tickets {
    private long last;

    long next() {
        return ++last;
    }

    long last() {
        return last;
    }

    void continueAfter(long ticket) {
        last = ticket;
    }
}
