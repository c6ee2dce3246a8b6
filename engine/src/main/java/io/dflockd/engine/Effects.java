package io.dflockd.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the engine wants done outside, in the order in which it decided. The engine fills it, and when it is done the
 * caller works it off: so nothing that happens out there can disturb the engine. Not thread-safe.
 */
public final class Effects {
    /** The reason of {@link Receiver#close} where another connection speaks for the session of this one. */
    public static final String SUPERSEDED = "superseded by a connection that took its session over";

    private static final int INITIAL_CAPACITY = 16;
    /** More room than this is not kept from one action to the next. */
    private static final int KEPT_CAPACITY = 8192;

    private long[] receivers = new long[INITIAL_CAPACITY];
    private long[] numbers = new long[INITIAL_CAPACITY];
    private @Nullable Object[] contents = new @Nullable Object[INITIAL_CAPACITY];
    private int size;

    /** Carries effects out. */
    public interface Receiver {
        /** Answers the request that the session gave with the action of that number, now or long ago. */
        void answer(long session, long request, Outcome outcome);

        /** Tells the session something that it subscribed to. */
        void push(long session, Notice notice);

        /** The connection speaks for this session from now on: for its own where both numbers are the same. */
        void attached(long connection, long session);

        /** The connection has nothing more to say and is to be closed, for this reason. */
        void close(long connection, String reason);
    }

    private enum Control {
        ATTACHED
    }

    private record Close(String reason) {}

    void answer(long session, long request, Outcome outcome) {
        add(session, request, outcome);
    }

    void push(long session, Notice notice) {
        add(session, 0, notice);
    }

    void attached(long connection, long session) {
        add(connection, session, Control.ATTACHED);
    }

    void close(long connection, String reason) {
        add(connection, 0, new Close(reason));
    }

    public int size() {
        return size;
    }

    /** Passes all of them on, in their order. They stay until {@link #clear}. */
    public void forEach(Receiver receiver) {
        for (int i = 0; i < size; i++) {
            switch (contents[i]) {
                case Outcome outcome -> receiver.answer(receivers[i], numbers[i], outcome);
                case Notice notice -> receiver.push(receivers[i], notice);
                case Close close -> receiver.close(receivers[i], close.reason);
                case Control ignoredTheOnlyOne -> receiver.attached(receivers[i], numbers[i]);
                case null, default -> throw new IllegalStateException("no effect at " + i + " of " + size);
            }
        }
    }

    public void clear() {
        if (receivers.length > KEPT_CAPACITY) {
            receivers = new long[INITIAL_CAPACITY];
            numbers = new long[INITIAL_CAPACITY];
            contents = new @Nullable Object[INITIAL_CAPACITY];
        } else {
            Arrays.fill(contents, 0, size, null);
        }
        size = 0;
    }

    private void add(long receiver, long number, Object content) {
        if (size == receivers.length) {
            receivers = Arrays.copyOf(receivers, size * 2);
            numbers = Arrays.copyOf(numbers, size * 2);
            contents = Arrays.copyOf(contents, size * 2);
        }
        receivers[size] = receiver;
        numbers[size] = number;
        contents[size++] = content;
    }
}
