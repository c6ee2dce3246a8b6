package io.dflockd.engine;

import java.util.Arrays;

/**
 * What has happened since this process applies actions for its own clients. It decides nothing and is no part of the state:
 * what is read from a log, or applied for another node that leads, is not counted, so that the sums over all nodes are right.
 */
@SuppressWarnings("EnumOrdinal") // indexes that never leave this class
public final class Tally {
    /** How a hold ended. */
    public enum HoldEnd {
        RELEASED,
        EXPIRED,
        /** Its session ended, or its grant never reached anybody. */
        SESSION,
        REVOKED
    }

    /** How a session ended. */
    public enum SessionEnding {
        BYE,
        /** It had no name, and its connection ended. */
        DISCONNECT,
        /** Nobody came back for it in time. */
        GRACE,
        OPERATOR
    }

    /** What came of a wish to renew a lease. */
    public enum Renewal {
        OK,
        EXPIRED,
        UNKNOWN
    }

    /** What there was too much of already. */
    public enum Limit {
        LOCKS,
        KEYS,
        WAITERS,
        MEMORY,
        SESSIONS
    }

    /** What somebody had too much of already to whom a session belongs. */
    public enum OwnerLimit {
        HOLDS,
        WAITERS,
        VALUES_BYTES
    }

    private static final int KINDS = HoldKind.values().length;
    private static final int HOLD_ENDS = HoldEnd.values().length;

    private boolean counting = true;
    private final long[] atOnce = new long[KINDS];
    private final long[] afterWaiting = new long[KINDS];
    private final Histogram[] waits = histograms();
    private final Histogram[] durations = histograms();
    private final long[] holdsEnded = new long[KINDS * HOLD_ENDS];
    private final long[] renewals = new long[Renewal.values().length];
    private final long[] refusals = new long[Limit.values().length];
    private final long[] ownerRefusals = new long[OwnerLimit.values().length];
    private final long[] sessionsEnded = new long[SessionEnding.values().length];
    private long[] grantsByGroup = new long[1];
    private Histogram lags = Histogram.ofMs();
    private long resumed;

    private static Histogram[] histograms() {
        var histograms = new Histogram[KINDS];
        Arrays.setAll(histograms, unused -> Histogram.ofMs());
        return histograms;
    }

    /** Whether what happens from now on is counted. */
    void count(boolean counts) {
        counting = counts;
    }

    /** There are so many groups of keys, beside the keys of no group. */
    void groups(int count) {
        grantsByGroup = Arrays.copyOf(grantsByGroup, count + 1);
    }

    void grantedAtOnce(Hold hold) {
        if (counting) {
            atOnce[hold.kind().ordinal()]++;
            grantsByGroup[hold.resource.group]++;
        }
    }

    void grantedAfter(long waitedMs, Hold hold) {
        if (counting) {
            int kind = hold.kind().ordinal();
            afterWaiting[kind]++;
            waits[kind].add(waitedMs);
            grantsByGroup[hold.resource.group]++;
        }
    }

    void ended(Hold hold, HoldEnd how, long nowMs) {
        if (counting) {
            int kind = hold.kind().ordinal();
            holdsEnded[kind * HOLD_ENDS + how.ordinal()]++;
            durations[kind].add(nowMs - hold.sinceMs);
        }
    }

    /** A lease ended so long after its time. */
    void expired(long lagMs) {
        if (counting) {
            lags.add(lagMs);
        }
    }

    void renewed(Renewal outcome) {
        if (counting) {
            renewals[outcome.ordinal()]++;
        }
    }

    void refused(Limit limit) {
        if (counting) {
            refusals[limit.ordinal()]++;
        }
    }

    void refused(OwnerLimit limit) {
        if (counting) {
            ownerRefusals[limit.ordinal()]++;
        }
    }

    void resumed() {
        if (counting) {
            resumed++;
        }
    }

    void ended(SessionEnding how) {
        if (counting) {
            sessionsEnded[how.ordinal()]++;
        }
    }

    public long grants(HoldKind kind, boolean waited) {
        return (waited ? afterWaiting : atOnce)[kind.ordinal()];
    }

    /** How long those waited who were granted something; those that got it at once waited for nothing. */
    public Histogram waits(HoldKind kind) {
        var all = waits[kind.ordinal()].copy();
        all.add(0, atOnce[kind.ordinal()]);
        return all;
    }

    /** How long holds lasted that have ended. */
    public Histogram durations(HoldKind kind) {
        return durations[kind.ordinal()];
    }

    public long ended(HoldKind kind, HoldEnd how) {
        return holdsEnded[kind.ordinal() * HOLD_ENDS + how.ordinal()];
    }

    /** How long after their time leases ended. */
    public Histogram expiryLags() {
        return lags;
    }

    public long renewals(Renewal outcome) {
        return renewals[outcome.ordinal()];
    }

    public long refusals(Limit limit) {
        return refusals[limit.ordinal()];
    }

    public long refusals(OwnerLimit limit) {
        return ownerRefusals[limit.ordinal()];
    }

    public long sessionsResumed() {
        return resumed;
    }

    public long sessionsEnded(SessionEnding how) {
        return sessionsEnded[how.ordinal()];
    }

    /** The grants of the keys of a group; those of no group are group 0. */
    long grantsOfGroup(int group) {
        return grantsByGroup[group];
    }

    Tally copy() {
        var copy = new Tally();
        copy.goOnFrom(this);
        return copy;
    }

    /** Takes over what another has counted. */
    void goOnFrom(Tally other) {
        counting = other.counting;
        copy(other.atOnce, atOnce);
        copy(other.afterWaiting, afterWaiting);
        for (int i = 0; i < KINDS; i++) {
            waits[i] = other.waits[i].copy();
            durations[i] = other.durations[i].copy();
        }
        copy(other.holdsEnded, holdsEnded);
        copy(other.renewals, renewals);
        copy(other.refusals, refusals);
        copy(other.ownerRefusals, ownerRefusals);
        copy(other.sessionsEnded, sessionsEnded);
        grantsByGroup = other.grantsByGroup.clone();
        lags = other.lags.copy();
        resumed = other.resumed;
    }

    private static void copy(long[] from, long[] to) {
        System.arraycopy(from, 0, to, 0, to.length);
    }
}
