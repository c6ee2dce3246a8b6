package io.dflockd.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * One node's part of the log: what is on its disk, and what it believes. It appends, follows and is asked for votes by
 * Raft's rules ({@link RaftGroup} carries what they say to each other).
 */
final class Replica {
    final int id;
    /** On disk up to {@link #synced}, the rest on its way there. */
    final List<LogEntry> log = new ArrayList<>();
    int synced;
    /** On disk: whoever voted in a term does not vote in it again. */
    long term;

    boolean up;
    boolean leads;
    /** How many entries it knows to be committed. */
    int committed;
    /** Of crashes: what was on its way before the last one does not arrive. */
    int life;
    long heardAt;
    /** Until when nothing of it runs, though its clock does. */
    long pausedUntil;
    /** As a leader: how many entries each has on disk, and when it was heard of last. */
    final int[] onDisk;
    final long[] ackedAt;
    private final RaftGroup group;

    Replica(int id, int nodes, RaftGroup group) {
        this.id = id;
        this.group = group;
        onDisk = new int[nodes];
        ackedAt = new long[nodes];
    }

    /** Whether whoever has this log has all that may be committed, as far as this node knows. */
    boolean isBehind(Replica other) {
        long last = lastTerm();
        long others = other.lastTerm();
        return others > last || (others == last && other.log.size() >= log.size());
    }

    private long lastTerm() {
        return log.isEmpty() ? 0 : log.get(log.size() - 1).term;
    }

    /** Whether the entry came into the log, which says nothing of whether it stays there. */
    boolean propose(Batch batch) {
        if (!up || !leads || batch.term() != term) {
            return false;
        }
        append(new LogEntry(term, batch));
        return true;
    }

    void append(LogEntry entry) {
        log.add(entry);
        group.sync(this, () -> group.commit(this));
        group.replicateSoon(this);
    }

    /** How many entries are the same in both; all before the last of them are. */
    int sameAs(Replica other) {
        int at = Math.min(log.size(), other.log.size());
        while (at > 0 && log.get(at - 1) != other.log.get(at - 1)) {
            at--;
        }
        return at;
    }

    void truncate(int to) {
        Violation.require(to >= committed, "the simulation's log drops what is committed, at node " + id);
        log.subList(to, log.size()).clear();
        synced = Math.min(synced, to);
    }
}
