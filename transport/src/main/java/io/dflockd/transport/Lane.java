package io.dflockd.transport;

import io.dflockd.protocol.Request;
import io.dflockd.protocol.Tag;
import java.util.ArrayDeque;

/**
 * Decides which requests of a connection may start now: untagged ones one after another, so that one that blocks holds
 * back those behind it, tagged ones at once; none while more waits to be written than the connection may have waiting.
 * Keeps those that may not. Runs on the connection's thread.
 */
final class Lane {
    static final int MAX_WAITING = 1024;
    /** What a request takes beside the text that it carries. */
    static final int BYTES_OF_A_REQUEST = 160;

    private final Starts starts;
    private final long budget;
    private final ArrayDeque<Request> untagged = new ArrayDeque<>(1);
    private final ArrayDeque<Tagged> tagged = new ArrayDeque<>(0);
    private long bytes;

    /** Where requests start, and what keeps them from it. */
    interface Starts {
        /** Whether an untagged request has no answer yet. */
        boolean isBlocked();

        /** How much of what was decided the peer has not taken. */
        long unsentBytes();

        /** Whether such a request is held back by nothing. */
        boolean goesAtOnce(Request request);

        void start(String tag, Request request);
    }

    private record Tagged(String tag, Request request) {}

    /** Nothing starts while more than {@code budget} bytes are unsent. */
    Lane(Starts starts, long budget) {
        this.starts = starts;
        this.budget = budget;
    }

    /** Takes a request that was read. */
    void submit(String tag, Request request) {
        if (starts.goesAtOnce(request)) {
            starts.start(tag, request);
        } else if (tag.isEmpty()) {
            submit(request);
        } else if (!tagged.isEmpty() || isCongested()) {
            tagged.add(new Tagged(tag, request));
            bytes += bytesOf(request);
        } else {
            starts.start(tag, request);
        }
    }

    private void submit(Request request) {
        if (!untagged.isEmpty() || starts.isBlocked() || isCongested()) {
            untagged.add(request);
            bytes += bytesOf(request);
        } else {
            starts.start(Tag.NONE, request);
        }
    }

    /** Starts the requests whose turn has come. */
    void proceed() {
        while (!tagged.isEmpty() && !isCongested()) {
            var next = tagged.remove();
            bytes -= bytesOf(next.request);
            starts.start(next.tag, next.request);
        }
        while (!untagged.isEmpty() && !starts.isBlocked() && !isCongested()) {
            var next = untagged.remove();
            bytes -= bytesOf(next);
            starts.start(Tag.NONE, next);
        }
    }

    /** Whether {@link #proceed} could start something. */
    boolean canProceed() {
        return (!tagged.isEmpty() || (!untagged.isEmpty() && !starts.isBlocked())) && !isCongested();
    }

    /** Whether so much is unsent or waits for its turn that nothing more should come. */
    boolean isFull() {
        return untagged.size() >= MAX_WAITING || starts.unsentBytes() + bytes > budget;
    }

    /** What the requests take that wait for their turn. */
    long bytes() {
        return bytes;
    }

    private boolean isCongested() {
        return starts.unsentBytes() > budget;
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
