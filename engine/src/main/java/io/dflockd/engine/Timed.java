package io.dflockd.engine;

/** Something that happens by itself when its time has come. */
abstract sealed class Timed permits Hold, Waiting, StoredValue, Resumption.Absence {
    static final int NOT_SCHEDULED = -1;

    /** When it is due; means something only while it is scheduled. */
    long deadlineMs;
    /** Its place in the heap of {@link Deadlines}. */
    int heapIndex = NOT_SCHEDULED;

    /** Orders those that are due in the same millisecond. Unique among holds and among all others, and part of the state. */
    abstract long sequence();

    /** Whether this comes before the other. Leases end before waits: who waits exactly as long gets the hold. */
    boolean isBefore(Timed other) {
        if (deadlineMs != other.deadlineMs) {
            return deadlineMs < other.deadlineMs;
        }
        if ((this instanceof Hold) != (other instanceof Hold)) {
            return this instanceof Hold;
        }
        return sequence() < other.sequence();
    }
}
