package io.dflockd.engine.order;

import io.dflockd.engine.EngineLimits;
import io.dflockd.engine.Histogram;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What an operator sees of a cluster, and can have it do, at the node that leads. */
public interface Operations {
    /**
     * What came of something that was asked for.
     *
     * @param isDone whether it is as it was to be
     * @param text why not, or who it is now, for people
     */
    record Verdict(boolean isDone, String text) {}

    /** The last that this node has applied, by its place in the log. */
    long applied();

    /** How long it took this node, while it led, from what it wanted decided to having it applied, in nanoseconds. */
    Histogram commitTimes();

    /** How each of the members is, as far as this node knows. Looks at the disk. */
    ClusterReport report();

    /**
     * Lets another member lead: the one of this name, or else the one that has most of the log. What was handed in before is
     * decided first. Where it is done this node leads no more, and its clients are ended. Blocks, some seconds at most.
     */
    Verdict transfer(Optional<String> to);

    /**
     * Makes a node a member that was started to join, with the log that the others have. Blocks, some seconds at most; where
     * it takes longer to catch up this goes on, and it is a member when that is done.
     */
    Verdict add(Node node);

    /**
     * Lets the cluster go on without a member, which must not come back. Where it is this node another one is made leader,
     * which is to be asked. Blocks, some seconds at most.
     */
    Verdict remove(String name);

    /**
     * Changes the limits that all members hold to, from those in force. Blocks until that is applied here, some seconds at most.
     */
    Verdict change(UnaryOperator<EngineLimits> limits);

    /**
     * Puts the newest rules in force that all members know. Blocks until that is applied here, some seconds at most.
     */
    Verdict upgrade();
}
