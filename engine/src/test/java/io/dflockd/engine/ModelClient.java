package io.dflockd.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A client with a named session, as {@code decisions.md} 5.3 wants it: gives numbers to what it asks, counts what it
 * receives over all its connections, and after a break asks again for what the session has not seen.
 */
final class ModelClient {
    final String name;
    /** The session that it believes in; 0 for none. */
    long session;
    /** The connection that speaks for it; null while it has none. */
    Link link;
    long received;
    private final List<Command> written = new ArrayList<>();
    /** How many of what was written need not be written again over this connection. */
    private int behind;
    /** All answers in the order of decision, which the client itself does not know. */
    private final List<Recorder.Answer> decided = new ArrayList<>();
    /** What its connection carries to it. */
    private final ArrayDeque<Recorder.Answer> inFlight = new ArrayDeque<>();

    ModelClient(String name) {
        this.name = name;
    }

    /** Whether it must write something again before it may ask anything new. */
    boolean isBehind() {
        return behind < written.size();
    }

    long nextNumber() {
        return behind + 1L;
    }

    /** What is to be written under {@link #nextNumber}: once given, it stays. */
    Command next(Command fresh) {
        if (!isBehind()) {
            written.add(fresh);
        }
        return written.get(behind++);
    }

    void beginNew(long number, Link connection) {
        session = number;
        link = connection;
        written.clear();
        decided.clear();
        inFlight.clear();
        received = 0;
        behind = 0;
    }

    /** {@code said} is what it said to have received: more or less than it has where two clients use one name. */
    void resume(long said, long seen, List<Recorder.Answer> owed, Link connection) {
        Invariant.require(seen <= written.size(), name + " never wrote " + seen);
        received = said;
        link = connection;
        behind = (int) seen;
        inFlight.clear();
        inFlight.addAll(owed);
    }

    void breakOff() {
        link = null;
        inFlight.clear();
    }

    /** An answer was decided; it comes over the connection, if there is one. */
    void decide(Recorder.Answer answer, boolean isCarried) {
        decided.add(answer);
        if (link != null && isCarried) {
            inFlight.add(answer);
        }
    }

    /** Reads so many answers, each of which must be the next in the order of decision. */
    void read(int count) {
        for (int i = 0; i < count && !inFlight.isEmpty(); i++) {
            var answer = inFlight.remove();
            var expected = decided.get((int) received);
            Invariant.require(answer.request() == expected.request(),
                    name + " reads " + answer + " where " + expected + " was decided");
            received++;
        }
    }

    int inFlight() {
        return inFlight.size();
    }

    /** A connection, and whose session it speaks for. */
    static final class Link {
        final long number;
        long session;
        /** Null where it speaks for its own. */
        ModelClient client;
        /** Whether the engine closed it; what it writes from then on counts for nothing. */
        boolean closed;
        /** What it was sent outside of any count and may not have taken, the latest last. */
        final ArrayDeque<Outcome> unread = new ArrayDeque<>();

        Link(long number) {
            this.number = number;
            session = number;
        }
    }
}
