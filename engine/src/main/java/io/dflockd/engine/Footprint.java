package io.dflockd.engine;

/**
 * Estimates the bytes of the state, so that it can be bounded, and counts what the state is made of. The weights were read off a heap dump of a 64-bit JVM with
 * compact headers and are rounded up; the text of a key is counted once.
 */
final class Footprint {
    /** Makes room by forgetting what nobody needs. */
    @FunctionalInterface
    interface Reclaimer {
        /** Frees something. False where there is nothing. */
        boolean reclaim();
    }

    /** What is counted by the piece. */
    enum Thing {
        HOLD(176),
        WAITER(208),
        POPPER(208),
        PARTICIPANT(208);

        final long bytes;

        Thing(long bytes) {
            this.bytes = bytes;
        }
    }

    static final long SESSION_BYTES = 240;
    static final long RESUMPTION_BYTES = 640;
    static final long INTRODUCTION_BYTES = 120;
    static final long OWNER_BYTES = 200;
    static final long RESOURCE_BYTES = 176;
    static final long COUNTER_BYTES = 144;
    static final long VALUE_BYTES = 176;
    static final long LIST_BYTES = 256;
    /** With a place in the ring, and one for whom it counts. */
    static final long ELEMENT_BYTES = 56;
    static final long BARRIER_BYTES = 224;
    static final long SUBSCRIPTION_BYTES = 288;

    /** A branch of the tree of patterns, without the text of its token. */
    static final long PATTERN_NODE_BYTES = 280;
    static final long RESERVATION_BYTES = 96;

    private static final long EXPIRED_BYTES = 96;
    private static final long ANSWER_BYTES = 48;
    private static final long GRANT_BYTES = 176;
    /** A text that is kept, beside its octets. */
    private static final long TEXT_BYTES = 40;
    /** So many things that nobody needs are forgotten for one request at most, or it would keep all others waiting. */
    private static final int MOST_RECLAIMED = 16 * Step.SLICE;
    /** Answers may take this part of the bound beyond what everything else may take, so that they always find room. */
    private static final int ANSWERS_PART = 8;

    private final Tally tally;
    private long maxBytes;
    private Reclaimer reclaimer = () -> false;
    private long bytes;
    private long answers;
    private final int[] counts = new int[Thing.values().length];
    private int subscriptions;

    Footprint(long maxBytes, Tally tally) {
        this.maxBytes = maxBytes;
        this.tally = tally;
    }

    /** Sets another bound. More may be there already, and stays. */
    void boundBy(long otherMaxBytes) {
        maxBytes = otherMaxBytes;
    }

    /** Asks this one for room when there is none. */
    void reclaimWith(Reclaimer other) {
        reclaimer = other;
    }

    long bytes() {
        return bytes;
    }

    /** Whether so much more may come, where need be after something was forgotten that nobody needs. */
    boolean fits(long more) {
        for (int count = 0; bytes + more > maxBytes; count++) {
            if (count == MOST_RECLAIMED || !reclaimer.reclaim()) {
                tally.refused(Tally.Limit.MEMORY);
                return false;
            }
        }
        return true;
    }

    boolean fits(Thing thing, long more) {
        return fits(thing.bytes + more);
    }

    void add(long more) {
        bytes += more;
    }

    void subtract(long less) {
        bytes -= less;
    }

    void addAnswers(long more) {
        answers += more;
        bytes += more;
    }

    /** Whether answers that nobody acknowledged keep others from what they ask for, so that it helps to forget some. */
    boolean isCrowdedByAnswers() {
        return hasManyAnswers() && bytes - answers <= maxBytes;
    }

    /** Whether answers have brought about that there is more than there may be. A lower bound alone does not. */
    boolean isExceeded() {
        return bytes > maxBytes + maxBytes / ANSWERS_PART && hasManyAnswers();
    }

    private boolean hasManyAnswers() {
        return answers > maxBytes / ANSWERS_PART;
    }

    /** The bytes of remembering that a reservation of the key ran out. */
    static long expiredBytes(String key) {
        return EXPIRED_BYTES + key.length();
    }

    /** The bytes of keeping an answer, or a question instead of it. */
    static long answerBytes(Object answer) {
        return ANSWER_BYTES + switch (answer) {
            case Outcome.Popped o -> ELEMENT_BYTES + TEXT_BYTES + o.key().length() + o.value().length();
            case Outcome.Value o -> ELEMENT_BYTES + o.value().length();
            case Outcome.Granted o -> GRANT_BYTES + TEXT_BYTES + o.key().length();
            case Outcome.GrantedAtOnce o -> GRANT_BYTES + TEXT_BYTES + o.key().length();
            case Outcome.Downgraded ignored -> GRANT_BYTES;
            case Command.GetCounter c -> ELEMENT_BYTES + c.key().length();
            case Command.GetValue c -> ELEMENT_BYTES + c.key().length();
            case Command.ListLength c -> ELEMENT_BYTES + c.key().length();
            case Command.ListRange c -> ELEMENT_BYTES + c.key().length();
            case Command.ListHolders c -> ELEMENT_BYTES + c.key().length();
            default -> 0;
        };
    }

    @SuppressWarnings("EnumOrdinal") // an index that never leaves this class
    void count(Thing thing, int change) {
        counts[thing.ordinal()] += change;
        bytes += change * thing.bytes;
    }

    @SuppressWarnings("EnumOrdinal") // as above
    int countOf(Thing thing) {
        return counts[thing.ordinal()];
    }

    /** Counts subscriptions whose pattern and group are so long. */
    void countSubscriptions(int change, int textBytes) {
        subscriptions += change;
        bytes += change * (SUBSCRIPTION_BYTES + textBytes);
    }

    int subscriptions() {
        return subscriptions;
    }
}
