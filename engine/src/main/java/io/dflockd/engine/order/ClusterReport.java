package io.dflockd.engine.order;

import java.util.List;
import java.util.Optional;

/**
 * How a cluster is, as the node sees it that leads.
 *
 * @param committed the place in the log up to which a majority has all
 * @param applied the place up to which this node has applied all
 * @param members itself among them
 */
public record ClusterReport(Standing standing, long committed, long applied, List<Member> members) {
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
     */
    public record Details(String version, Disk disk) {}

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
