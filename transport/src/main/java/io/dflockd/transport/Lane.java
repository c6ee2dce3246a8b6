package io.dflockd.transport;

import io.dflockd.protocol.Request;
import io.dflockd.protocol.Tag;
import java.util.ArrayDeque;

/**
 * Decides which requests of a connection may start now: untagged ones one after another, so that one that blocks holds
 * back those behind it, tagged ones at once; none while more waits to be written than the connection may have waiting.
 * One that changes whom the connection speaks for holds back all that came behind it. After {@value #MAX_STARTS} of them
 * other connections have their turn before more start. Keeps those that may not start. Runs on the connection's thread.
 *
 * <p>Public for the simulation, whose connections have no socket.
 */
public final class Lane {
    static final int MAX_WAITING = 1024;
    /** How many requests start in one turn of the connection. */
    static final int MAX_STARTS = 256;
    /** What a request takes beside the text that it carries. */
    static final int BYTES_OF_A_REQUEST = 160;

    private final Starts starts;
    private final long budget;
    /** The untagged ones, and tagged ones behind one of them that changes the session. */
    private final ArrayDeque<Waiting> inOrder = new ArrayDeque<>(1);
    private final ArrayDeque<Waiting> tagged = new ArrayDeque<>(0);
    /** How many that change the session wait. */
    private int changes;
    private long bytes;
    private int startsLeft = MAX_STARTS;
    /** Whether one that changes the session started and those behind it have yet to be let go. */
    private boolean changed;

    /** Where requests start, and what keeps them from it. */
    public interface Starts {
        /** Whether such an untagged request must wait for the answers to others. */
        boolean isHeldBack(Request request);

        /** Whether one that changes the session has no answer yet. */
        boolean isChanging();

        /** Whether so much is being decided that nothing more should start. */
        boolean isBusy();

        /** How much of what was decided the peer has not taken. */
        long unsentBytes();

        /** Whether such a request is held back by nothing. */
        boolean goesAtOnce(Request request);

        void start(String tag, Request request);
    }

    private record Waiting(String tag, Request request) {
        /** With a tag it would be refused. */
        boolean isChange() {
            return tag.isEmpty() && Lane.isChange(request);
        }
    }

    /** Nothing starts while more than {@code budget} bytes are unsent. */
    public Lane(Starts starts, long budget) {
        this.starts = starts;
        this.budget = budget;
    }

    /** Takes a request that was read. */
    public void submit(String tag, Request request) {
        if (starts.goesAtOnce(request)) {
            start(tag, request);
        } else if (tag.isEmpty()) {
            submitUntagged(request);
        } else if (changes > 0 || starts.isChanging()) {
            keep(tag, request, inOrder);
        } else if (!tagged.isEmpty() || isHeldBack()) {
            keep(tag, request, tagged);
        } else {
            start(tag, request);
        }
    }

    private void submitUntagged(Request request) {
        boolean change = isChange(request);
        if (!inOrder.isEmpty() || starts.isHeldBack(request) || isHeldBack() || (change && !tagged.isEmpty())) {
            keep(Tag.NONE, request, inOrder);
            changes += change ? 1 : 0;
        } else {
            start(Tag.NONE, request);
            changed = change && starts.isChanging();
        }
    }

    private void keep(String tag, Request request, ArrayDeque<Waiting> queue) {
        queue.add(new Waiting(tag, request));
        bytes += bytesOf(request);
    }

    /** Starts the requests whose turn has come. */
    public void proceed() {
        do {
            if (changed && !starts.isChanging()) {
                changed = false;
                letTaggedGo();
            }
            while (!tagged.isEmpty() && !isHeldBack()) {
                start(tagged);
            }
        } while (startUntagged());
    }

    /** Returns whether the session was changed, so that tagged ones may have their turn. */
    private boolean startUntagged() {
        while (mayStartUntagged()) {
            boolean change = inOrder.getFirst().isChange();
            start(inOrder);
            if (change) {
                changes--;
                changed = true;
                return !starts.isChanging();
            }
        }
        return false;
    }

    private boolean mayStartUntagged() {
        return !inOrder.isEmpty() && !isHeldBack() && !starts.isHeldBack(inOrder.getFirst().request);
    }

    private void start(ArrayDeque<Waiting> queue) {
        var next = queue.remove();
        bytes -= bytesOf(next.request);
        start(next.tag, next.request);
    }

    private void start(String tag, Request request) {
        startsLeft--;
        starts.start(tag, request);
    }

    /** Nothing holds the tagged ones back any more up to the next that changes the session. */
    private void letTaggedGo() {
        int rest = inOrder.size();
        boolean free = true;
        for (; rest > 0; rest--) {
            var next = inOrder.remove();
            free &= !next.isChange();
            (free && !next.tag.isEmpty() ? tagged : inOrder).add(next);
        }
    }

    private static boolean isChange(Request request) {
        return request instanceof Request.Resume || request instanceof Request.Bye;
    }

    /** Whether {@link #proceed} could start something. */
    public boolean canProceed() {
        return (!tagged.isEmpty() && !isHeldBack()) || mayStartUntagged();
    }

    boolean isEmpty() {
        return inOrder.isEmpty() && tagged.isEmpty();
    }

    /** Whether so much started, is unsent or waits that nothing more should come. */
    public boolean isFull() {
        return isTurnOver()
                || starts.isBusy()
                || inOrder.size() >= MAX_WAITING
                || starts.unsentBytes() + bytes > budget;
    }

    /** Whether others should have their turn before more starts. */
    public boolean isTurnOver() {
        return startsLeft <= 0;
    }

    /** The connection's next turn has come. */
    public void beginTurn() {
        startsLeft = MAX_STARTS;
    }

    /** What the requests take that wait for their turn. */
    long bytes() {
        return bytes;
    }

    private boolean isHeldBack() {
        return isTurnOver() || starts.unsentBytes() > budget || starts.isBusy();
    }

    private static int bytesOf(Request request) {
        return BYTES_OF_A_REQUEST + request.key().length() + textOf(request);
    }

    private static int textOf(Request request) {
        return switch (request) {
            case Request.SetValue r -> r.value().length();
            case Request.SwapValue r -> r.expected().length() + r.value().length();
            case Request.Push r -> r.value().length();
            case Request.Signal r -> r.payload().length();
            case Request.Auth r -> r.token().length();
            default -> 0;
        };
    }
}
