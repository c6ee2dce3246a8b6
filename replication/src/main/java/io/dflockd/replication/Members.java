package io.dflockd.replication;

import java.util.Optional;

/** What an operator can have a cluster do, at the node that leads. */
public final class Members {
    private final RaftJournal journal;

    Members(RaftJournal journal) {
        this.journal = journal;
    }

    /**
     * Lets another member lead, and returns whether it does: the one of this name, or else the one that has most of the log.
     * What was handed in before is decided first. Blocks, some seconds at most.
     *
     * @throws IllegalArgumentException where no other member has this name
     */
    public boolean transfer(Optional<String> to) {
        var standing = journal.standing();
        var self = standing.leader();
        to.ifPresent(name -> {
            boolean isOther = self.isEmpty() || !self.get().name().equals(name);
            if (!isOther || standing.members().stream().noneMatch(node -> node.name().equals(name))) {
                throw new IllegalArgumentException("node is '" + name + "', must be another one of the members, "
                        + standing.members().stream().map(node -> node.name()).toList());
            }
        });
        return standing.leads() && journal.handOver(to);
    }
}
