package io.dflockd.engine;

import org.jspecify.annotations.Nullable;

/**
 * What makes a session outlive its connection: its name, and how far each side has got in counting. The client counts its
 * requests, the engine the answers to them; so nothing is ever compared by its content (as in XMPP's stream management,
 * XEP-0198, and in the client sessions of Raft, section 6.3 of Ongaro's thesis).
 */
final class Resumption {
    static final long AWAY = 0;

    final String name;
    final long graceMs;
    final OwedAnswers owed;
    final Absence absence;
    /** The connection that speaks for it; {@link #AWAY} where none does. */
    long connection;
    /** The last number that was taken. */
    long seen;
    /** How many events could not be sent since it was last told. */
    long missedEvents;
    /** The request without a number that waits. A connection has at most one. */
    @Nullable Waiting untagged;

    Resumption(String name, long graceMs, OwedAnswers owed, long ticket) {
        this.name = name;
        this.graceMs = graceMs;
        this.owed = owed;
        this.absence = new Absence(ticket);
    }

    /** The end of a grace, at which the session ends. */
    static final class Absence extends Timed {
        private final long ticket;
        /** Set as soon as the session is made. */
        @Nullable Session session;

        Absence(long ticket) {
            this.ticket = ticket;
        }

        @Override
        long sequence() {
            return ticket;
        }
    }
}
