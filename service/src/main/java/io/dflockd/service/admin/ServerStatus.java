package io.dflockd.service.admin;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How the server is as a whole. No part of it takes longer to tell where there is more.
 *
 * @param mode memory, durable or cluster
 * @param drain empty where no operator wants the server emptied
 * @param limits by the names of their settings
 * @param totals how many there are of each kind
 * @param cluster empty where the node is alone
 */
public record ServerStatus(
        String version,
        long uptimeMs,
        String mode,
        boolean ready,
        boolean draining,
        Optional<Draining> drain,
        List<Limit> limits,
        Map<String, Long> totals,
        Turns turns,
        Connections connections,
        Optional<Cluster> cluster) {
    /** What there may be, 0 for any number, and what there is. */
    public record Limit(String name, long most, long used) {}

    /** That the server is to be emptied, and how far that is. */
    public record Draining(Drain drain, DrainDesk.Rest rest) {}

    /**
     * How those come to their turn who want to hold something.
     *
     * @param oldestWaitMs for how long the one has waited that has waited longest for any key; 0 where nobody waits
     * @param grants since the start, as the leader
     */
    public record Turns(long oldestWaitMs, long grants) {}

    /** Since the start, but for those that are open. */
    public record Connections(
            int open, long accepted, long refused, long authFailures, long slowConsumers, long evicted) {}

    /**
     * What this node knows of the cluster.
     *
     * @param node its own name
     * @param leader empty where none is known
     */
    public record Cluster(
            String node, boolean leads, String leader, long term, OptionalLong applied, List<Member> members) {}

    /** A member and where its clients find it. */
    public record Member(String name, String address) {}
}
