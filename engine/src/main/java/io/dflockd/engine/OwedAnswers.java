package io.dflockd.engine;

import org.jspecify.annotations.Nullable;

/**
 * The answers that a named session has not acknowledged, in the order in which they were decided. They are the outbox of
 * the session: whatever connection speaks for it takes them from here. A question is kept instead of its answer.
 *
 * <p>Their weight is what forgetting them would free: a popped value would only go back to its list.
 */
final class OwedAnswers {
    /** Told when the bytes change. */
    @FunctionalInterface
    interface Weighing {
        void changed(long before, long after);
    }

    private static final int INITIAL_CAPACITY = 8;

    private final Footprint footprint;
    private Weighing weighing = (before, after) -> {};
    private long received;
    private long[] numbers = new long[INITIAL_CAPACITY];
    private @Nullable Object[] contents = new @Nullable Object[INITIAL_CAPACITY];
    private int head;
    private int size;
    private long weight;

    OwedAnswers(Footprint footprint) {
        this.footprint = footprint;
    }

    void weigh(Weighing told) {
        weighing = told;
    }

    /** How many answers the client has acknowledged. */
    long received() {
        return received;
    }

    /** How many were decided. */
    long decided() {
        return received + size;
    }

    int size() {
        return size;
    }

    long weight() {
        return weight;
    }

    /** The number of the request that the answer of this index answers: from {@link #received} to below {@link #decided}. */
    long number(long index) {
        return numbers[slot(index - received)];
    }

    /** An {@link Outcome}, or the {@link Command.Read} that is to be asked anew. */
    Object content(long index) {
        var content = contents[slot(index - received)];
        if (content == null) {
            throw new IllegalStateException("no answer " + index);
        }
        return content;
    }

    void add(long number, Object content) {
        if (size == numbers.length) {
            resize(size * 2);
        }
        int slot = (head + size) & (numbers.length - 1);
        numbers[slot] = number;
        contents[slot] = content;
        size++;
        count(content, 1);
    }

    /** Forgets the answers up to this one. False where so many were not decided. */
    boolean acknowledge(long upTo) {
        if (upTo > decided()) {
            return false;
        }
        if (received >= upTo) {
            return true;
        }
        while (received < upTo) {
            count(content(received), -1);
            contents[head] = null;
            head = (head + 1) & (numbers.length - 1);
            received++;
            size--;
        }
        shrink();
        return true;
    }

    /** Takes the latest out. */
    @Nullable
    Object removeLatest() {
        if (size == 0) {
            return null;
        }
        int slot = (head + --size) & (numbers.length - 1);
        var content = contents[slot];
        contents[slot] = null;
        if (content != null) {
            count(content, -1);
        }
        shrink();
        return content;
    }

    /** Forgets all but the popped values. What is left is not for the client any more. */
    void keepOnlyValues() {
        int all = size;
        int first = head;
        size = 0;
        for (int i = 0; i < all; i++) {
            int slot = (first + i) & (numbers.length - 1);
            var content = contents[slot];
            contents[slot] = null;
            if (content instanceof Outcome.Popped) {
                contents[(first + size) & (numbers.length - 1)] = content;
                size++;
            } else if (content != null) {
                count(content, -1);
            }
        }
        shrink();
    }

    /** Goes on as a snapshot says, before anything is added. */
    void continueAfter(long acknowledged) {
        received = acknowledged;
    }

    private int slot(long offset) {
        if (offset < 0 || offset >= size) {
            throw new IllegalArgumentException(
                    "answer " + (received + offset) + " of " + received + " to " + decided());
        }
        return (head + (int) offset) & (numbers.length - 1);
    }

    private void count(Object content, int change) {
        long more = change * Footprint.answerBytes(content);
        if (content instanceof Outcome.Popped) {
            footprint.add(more);
            return;
        }
        long before = weight;
        weight += more;
        footprint.addAnswers(more);
        weighing.changed(before, weight);
    }

    private void shrink() {
        int capacity = numbers.length;
        while (capacity > INITIAL_CAPACITY && size * 4 <= capacity) {
            capacity /= 2;
        }
        // Halving once is not worth a copy: a client that acknowledges now and then fills it again.
        if (capacity * 4 <= numbers.length) {
            resize(capacity);
        }
    }

    private void resize(int capacity) {
        var newNumbers = new long[capacity];
        var newContents = new @Nullable Object[capacity];
        for (int i = 0; i < size; i++) {
            int slot = (head + i) & (numbers.length - 1);
            newNumbers[i] = numbers[slot];
            newContents[i] = contents[slot];
        }
        numbers = newNumbers;
        contents = newContents;
        head = 0;
    }
}
