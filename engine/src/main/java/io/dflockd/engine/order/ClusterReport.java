package io.dflockd.engine.order;

import io.dflockd.engine.EngineLimits;
import java.util.List;
import java.util.Optional;

/**
 * How a cluster is, as the node sees it that leads.
 *
 * @param committed the place in the log up to which a majority has all
 * @param applied the place up to which this node has applied all
 * @param rules the number of those that all members decide by
 * @param limits that all members hold to
 * @param members itself among them
 */
public record ClusterReport(
        Standing standing, long committed, long applied, int rules, EngineLimits limits, List<Member> members) {
    public ClusterReport {
        members = List.copyOf(members);
    }

    /**
     * A member.
     *
     * @param leads whether it is the node that tells all this
     * @param replicated the place in the log up to which it has all
     * @param lag how many entries it lacks of what is committed
     * @param silentMs for how long nothing was heard of it; 0 of the node itself
     * @param details what it says of itself; empty where it does not answer
     */
    public record Member(
            Node node, boolean leads, long replicated, long lag, long silentMs, Optional<Details> details) {}

    /**
     * What only a node itself knows.
     *
     * @param version of the program that it runs
     * @param rules the newest that the program knows
     * @param mostStateBytes the most bytes of state that its memory has room for
     */
    public record Details(String version, int rules, long mostStateBytes, Disk disk) {}

    /**
     * What a node keeps.
     *
     * @param snapshot the newest one
     * @param freeBytes how much room there is besides
     */
    public record Disk(long logBytes, Optional<Snapshot> snapshot, long freeBytes) {}

    /**
     * A state that was written.
     *
     * @param index the place in the log that it is of
     */
    public record Snapshot(long index, long bytes, long ageMs) {}
}
