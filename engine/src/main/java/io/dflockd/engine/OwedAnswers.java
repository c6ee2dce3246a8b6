package io.dflockd.engine;

import org.jspecify.annotations.Nullable;

/**
 * The answers that a named session has not acknowledged, in the order in which they were decided. They are the outbox of
 * the session: whatever connection speaks for it takes them from here. A question is kept instead of its answer.
 *
 * <p>Their weight is what forgetting them would free: a popped value would only go back to its list. They stand in chunks
 * that know their bytes, so that acknowledging many of them looks at few.
 */
final class OwedAnswers {
    /** Told when the bytes change. */
    @FunctionalInterface
    interface Weighing {
        void changed(long before, long after);
    }

    private final Footprint footprint;
    private final Chunks chunks = new Chunks();
    private Weighing weighing = (before, after) -> {};
    private long received;
    private int size;
    private long weight;
    private boolean onlyValues;

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
        return chunks.number(offset(index));
    }

    /** An {@link Outcome}, or the {@link Command.Read} that is to be asked anew. */
    Object content(long index) {
        return chunks.content(offset(index));
    }

    void add(long number, Object content) {
        long bytes = Footprint.answerBytes(content);
        boolean value = content instanceof Outcome.Popped;
        chunks.add(number, content, bytes, value);
        size++;
        count(value ? 0 : bytes, value ? bytes : 0);
    }

    /** Forgets the answers up to this one. False where so many were not decided. */
    boolean acknowledge(long upTo) {
        if (upTo > decided()) {
            return false;
        }
        if (received >= upTo) {
            return true;
        }
        long weightBefore = chunks.weight();
        long valuesBefore = chunks.values();
        chunks.removeFirst((int) (upTo - received));
        size -= (int) (upTo - received);
        received = upTo;
        count(chunks.weight() - weightBefore, chunks.values() - valuesBefore);
        return true;
    }

    /** Takes the latest out; null where it was forgotten already. There must be one. */
    @Nullable
    Object removeLatest() {
        long weightBefore = chunks.weight();
        long valuesBefore = chunks.values();
        var content = chunks.removeLast();
        size--;
        count(chunks.weight() - weightBefore, chunks.values() - valuesBefore);
        return onlyValues && !(content instanceof Outcome.Popped) ? null : content;
    }

    /**
     * Forgets all but the popped values: the others do not count from now on, and go as {@link #removeLatest} comes to
     * them. What is left is not for the client any more.
     */
    void keepOnlyValues() {
        count(-weight, 0);
        onlyValues = true;
    }

    /** Whether all but the popped values are forgotten. */
    boolean isOnlyValues() {
        return onlyValues;
    }

    /** Goes on as a snapshot says, before anything is added. */
    void continueAfter(long acknowledged) {
        received = acknowledged;
    }

    private int offset(long index) {
        if (index < received || index >= decided()) {
            throw new IllegalArgumentException("answer " + index + " of " + received + " to " + decided());
        }
        return (int) (index - received);
    }

    private void count(long more, long moreOfValues) {
        footprint.add(moreOfValues);
        if (more != 0 && !onlyValues) {
            long before = weight;
            weight += more;
            footprint.addAnswers(more);
            weighing.changed(before, weight);
        }
    }

    /** How many places there are, also those that nothing is in. For tests. */
    int capacity() {
        return chunks.capacity();
    }
}
