package io.dflockd.acceptance.faults;

import java.time.Duration;

/**
 * One case of the matrix.
 *
 * @param number which one it is of its seed
 * @param lease what the holder asks for
 * @param grace what its session asks for
 * @param moment how long after the grant the fault begins
 * @param length how long it lasts; {@link #TO_THE_END} until the case is over
 * @param variant chooses among what does not matter, as the way to a connection of its own
 */
record FaultCase(int number, Fault fault, Kind kind, Tie tie, Duration lease, Duration grace, Duration moment,
        Duration length, int variant) {
    static final Duration TO_THE_END = Duration.ofDays(1);
    private static final Duration SPARE = Duration.ofSeconds(5);
    private static final Duration RENEWED_AFTER_ALL = Duration.ofSeconds(20);
    private static final Duration START_AND_END = Duration.ofSeconds(12);

    /** A name that no other case of the same seed has. */
    String key() {
        return "faults/" + number;
    }

    /**
     * How long nobody else may be granted it at most, from the fault on; where a process has to go on for that, from then
     * on. While only the answers are lost, renewals go on arriving until the client has noticed.
     */
    Duration mostUntilGrant() {
        var lapse = tie == Tie.SESSION && grace.compareTo(lease) > 0 ? grace : lease;
        var unnoticed = fault == Fault.STALL_DOWN ? RENEWED_AFTER_ALL : Duration.ZERO;
        return lapse.plus(unnoticed).plus(SPARE);
    }

    /** How long it lasts at most, roughly, for who must be done in time. */
    Duration most() {
        var stop = fault.mustEnd() ? length : Duration.ZERO;
        return moment.plus(stop).plus(mostUntilGrant()).plus(grace).plus(START_AND_END);
    }

    /**
     * Whether nobody can promise here that there are never two: a memory server that was killed knows of no hold; with a
     * connection of its own gone at the server only, the hold is released and the holder cannot know before its next
     * request; a command is stopped with the {@code dflock} that would end it.
     */
    boolean isApart() {
        return fault == Fault.SERVER_KILLED
                || (fault == Fault.HALF_OPEN_AT_HOLDER && tie == Tie.CONNECTION)
                || (fault == Fault.HOLDER_STOPPED && kind.isCommand());
    }

    boolean isIn(Fault ofFault, Kind ofKind, Tie ofTie) {
        return fault == ofFault && kind == ofKind && tie == ofTie;
    }

    boolean endsByItself() {
        return !length.equals(TO_THE_END);
    }

    @Override
    public String toString() {
        return "case %d: %s x %s x %s, lease %d ms, grace %d s, fault after %d ms, %s".formatted(number, fault, kind,
                tie,
                lease.toMillis(), grace.toSeconds(), moment.toMillis(),
                fault.isMoment() ? "at once over" : endsByItself() ? "for " + length.toMillis() + " ms" : "to the end");
    }
}
