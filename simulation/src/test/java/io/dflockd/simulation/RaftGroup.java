package io.dflockd.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What Raft promises, and nothing more, in steps without messages: entries are committed when a majority has them on disk,
 * an uncommitted end of a log may go or stay when another leads, who led may not know for long that it does not, and
 * everything takes some time.
 */
final class RaftGroup {
    private static final long MS = VirtualTime.MS;
    private static final long HEARTBEAT = 120 * MS;
    private static final long LEAST_ELECTION = 250 * MS;
    private static final long MOST_ELECTION = 500 * MS;
    private static final long STEP_DOWN = 1_000 * MS;
    /** Now and then somebody wants to lead without need, as after a transfer. */
    private static final double HASTY = 0.01;
    private static final double ALL_AT_ONCE = 0.7;

    private final VirtualTime time;
    private final Mutation mutation;
    private final List<Replica> replicas = new ArrayList<>();
    private final boolean[][] cut;
    private long slowest = 3 * MS;
    private Listener listener;
    private long lastSalt;

    /** Who applies the log. */
    interface Listener {
        /** More is committed, as far as this node knows. */
        void committed(Replica replica);

        /** This node does not lead, or not any more. */
        void follows(Replica replica);
    }

    RaftGroup(VirtualTime time, int nodes, Mutation mutation) {
        this.time = time;
        this.mutation = mutation;
        cut = new boolean[nodes][nodes];
        for (int i = 0; i < nodes; i++) {
            replicas.add(new Replica(i, nodes, this));
        }
    }

    void setListener(Listener listener) {
        this.listener = listener;
    }

    Replica replica(int id) {
        return replicas.get(id);
    }

    List<Replica> replicas() {
        return replicas;
    }

    /** Rises, so that the order in which things were asked for can be seen from it. Who guesses it is no matter here. */
    long nextSalt() {
        return ++lastSalt;
    }

    int majority() {
        return replicas.size() / 2 + 1;
    }

    // What goes wrong.

    void setCut(int from, int to, boolean isCut) {
        cut[from][to] = isCut;
    }

    void heal() {
        for (var row : cut) {
            Arrays.fill(row, false);
        }
        slowest = 3 * MS;
    }

    /** How long a message or the disk may take. */
    void setSlowest(long nanos) {
        slowest = nanos;
    }

    private boolean reaches(Replica from, Replica to) {
        return from == to || (isRunning(from) && isRunning(to) && !cut[from.id][to.id]);
    }

    private boolean isRunning(Replica replica) {
        return replica.up && replica.pausedUntil <= time.now();
    }

    /** Lets it happen on the replica if that lives on until then, when it is not paused. */
    private void later(Replica replica, long nanos, Runnable what) {
        int life = replica.life;
        time.after(nanos, () -> {
            if (replica.life == life && replica.pausedUntil > time.now()) {
                later(replica, replica.pausedUntil - time.now(), what);
            } else if (replica.life == life) {
                what.run();
            }
        });
    }

    void start(Replica replica) {
        replica.up = true;
        replica.heardAt = time.now();
        electLater(replica);
    }

    /** What was on its way to the disk is gone, or some of it. */
    void crash(Replica replica, boolean withTail) {
        replica.up = false;
        replica.leads = false;
        replica.life++;
        replica.committed = 0;
        int kept = withTail ? replica.log.size() : (int) time.between(replica.synced, replica.log.size());
        if (mutation == Mutation.FORGETS_WHAT_IS_ON_DISK) {
            kept = (int) time.between(0, replica.synced);
        }
        replica.log.subList(kept, replica.log.size()).clear();
        replica.synced = replica.log.size();
    }

    // How it goes on.

    private long delay() {
        return time.between(MS / 20, slowest);
    }

    void sync(Replica replica, Runnable then) {
        later(replica, delay(), () -> {
            replica.synced = replica.log.size();
            then.run();
        });
    }

    void replicateSoon(Replica leader) {
        for (var other : replicas) {
            if (other != leader) {
                send(leader, other);
            }
        }
    }

    private void send(Replica leader, Replica follower) {
        long term = leader.term;
        time.after(delay(), () -> {
            if (leader.up && leader.leads && leader.term == term && reaches(leader, follower)) {
                receive(leader, follower);
            }
        });
    }

    private void receive(Replica leader, Replica follower) {
        if (follower.term > leader.term) {
            if (reaches(follower, leader)) {
                stepDown(leader, follower.term);
            }
            return;
        }
        boolean isNews = follower.term < leader.term || follower.leads;
        follower.term = leader.term;
        follower.heardAt = time.now();
        if (isNews) {
            stepDown(follower, leader.term);
        }
        int same = follower.sameAs(leader);
        if (same < follower.log.size() && same < leader.log.size()) {
            follower.truncate(same);
        }
        int wanted = time.chance(ALL_AT_ONCE) ? leader.log.size() : (int) time.between(same, leader.log.size());
        if (same == follower.log.size()) {
            follower.log.addAll(leader.log.subList(same, wanted));
        }
        int verified = follower.sameAs(leader);
        if (Math.min(leader.committed, verified) > follower.committed) {
            follower.committed = Math.min(leader.committed, verified);
            listener.committed(follower);
        }
        long term = leader.term;
        sync(follower, () -> acknowledge(follower, leader, term, verified));
    }

    private void acknowledge(Replica follower, Replica leader, long term, int verified) {
        if (follower.term != term) {
            return;
        }
        time.after(delay(), () -> {
            if (reaches(follower, leader) && leader.leads && leader.term == term) {
                leader.onDisk[follower.id] = Math.max(leader.onDisk[follower.id], verified);
                leader.ackedAt[follower.id] = time.now();
                commit(leader);
            }
        });
    }

    /** Only entries of its own term tell a leader that those before them are committed. */
    void commit(Replica leader) {
        if (!leader.up || !leader.leads) {
            return;
        }
        leader.onDisk[leader.id] = leader.synced;
        var sorted = leader.onDisk.clone();
        Arrays.sort(sorted);
        int common = sorted[sorted.length - majority()];
        if (common > leader.committed && leader.log.get(common - 1).term == leader.term) {
            leader.committed = common;
            listener.committed(leader);
            replicateSoon(leader);
        }
    }

    private void electLater(Replica replica) {
        later(replica, time.between(LEAST_ELECTION, MOST_ELECTION), () -> {
            boolean silent = time.now() - replica.heardAt >= LEAST_ELECTION;
            if (!replica.leads && (silent || time.chance(HASTY))) {
                campaign(replica, !silent);
            }
            electLater(replica);
        });
    }

    /** Asks all at once. */
    boolean campaign(Replica candidate, boolean hasty) {
        var voters = new ArrayList<Replica>();
        long term = candidate.term;
        for (var voter : replicas) {
            boolean hears = reaches(candidate, voter) && reaches(voter, candidate);
            boolean waits = hasty || voter == candidate || time.now() - voter.heardAt >= LEAST_ELECTION;
            if (isRunning(voter) && hears && waits && (voter == candidate || !voter.leads || hasty)
                    && voter.isBehind(candidate)) {
                voters.add(voter);
                term = Math.max(term, voter.term);
            }
        }
        if (voters.size() < majority()) {
            return false;
        }
        for (var voter : voters) {
            stepDown(voter, term + 1);
        }
        lead(candidate);
        return true;
    }

    private void lead(Replica leader) {
        leader.leads = true;
        Arrays.fill(leader.onDisk, 0);
        Arrays.fill(leader.ackedAt, time.now());
        leader.append(new LogEntry(leader.term, null));
        beat(leader, leader.term);
    }

    private void beat(Replica leader, long term) {
        later(leader, HEARTBEAT, () -> {
            if (!leader.leads || leader.term != term) {
                return;
            }
            leader.ackedAt[leader.id] = time.now();
            leader.heardAt = time.now();
            long alive = Arrays.stream(leader.ackedAt).filter(at -> time.now() - at < STEP_DOWN).count();
            if (alive < majority()) {
                stepDown(leader, leader.term);
                return;
            }
            replicateSoon(leader);
            beat(leader, term);
        });
    }

    private void stepDown(Replica replica, long term) {
        replica.term = Math.max(replica.term, term);
        replica.leads = false;
        replica.heardAt = time.now();
        listener.follows(replica);
    }
}
