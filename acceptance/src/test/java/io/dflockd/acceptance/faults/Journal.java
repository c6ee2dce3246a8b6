package io.dflockd.acceptance.faults;

import java.util.ArrayList;
import java.util.List;

/**
 * What one holder believed and was told, by the monotonic clock, which all processes of a machine share. Thread-safe.
 */
final class Journal {
    /** It was told that the hold is lost: when, by what, and why. */
    record Told(long at, String by, String why) {}

    private boolean granted;
    private long grantedAt;
    private long fence;
    private boolean over;
    private boolean believed;
    private long lastBelieved;
    private long believedAfterTold;
    private final List<Told> told = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    /** The hold began; a fence of 0 is not known. */
    synchronized void granted(long at, long grantedFence) {
        granted = true;
        grantedAt = at;
        fence = grantedFence;
    }

    /** It believed at this moment, or after it: the moment is read before it is asked. */
    synchronized void believed(long at) {
        if (over) {
            return;
        }
        lastBelieved = believed ? Math.max(lastBelieved, at) : at;
        believed = true;
        told.forEach(loss -> believedAfterTold = Math.max(believedAfterTold, at - loss.at));
    }

    synchronized void told(long at, String by, String why) {
        if (!over) {
            told.add(new Told(at, by, why));
        }
    }

    /** What must not be. */
    synchronized void remark(String violation) {
        remarks.add(violation);
    }

    /** It gives back what it has: from here on it says nothing of itself that counts. */
    synchronized void over() {
        over = true;
    }

    synchronized boolean isOver() {
        return over;
    }

    synchronized boolean isGranted() {
        return granted;
    }

    synchronized boolean isTold() {
        return !told.isEmpty();
    }

    synchronized long fence() {
        return fence;
    }

    synchronized long grantedAt() {
        return grantedAt;
    }

    /** The last moment at which it believed, or 0. */
    synchronized long lastBelieved() {
        return believed ? lastBelieved : 0;
    }

    /** How much longer than the moment it believed; negative or zero if it did not. */
    synchronized long believedBeyond(long moment) {
        return believed ? lastBelieved - moment : Long.MIN_VALUE;
    }

    /** How long after it was first told it believed; 0 if it did not. */
    synchronized long believedAfterTold() {
        return believedAfterTold;
    }

    synchronized List<Told> toldOf() {
        return List.copyOf(told);
    }

    synchronized List<String> remarks() {
        return List.copyOf(remarks);
    }
}
