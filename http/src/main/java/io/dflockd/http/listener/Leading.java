package io.dflockd.http.listener;

import io.dflockd.service.Leader;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Which node of a cluster has the state that counts.
 *
 * @param self what this node is called; empty where it is alone
 * @param leads whether it is this node
 * @param leader who leads, as far as this node knows; it may be itself
 */
public record Leading(Optional<String> self, BooleanSupplier leads, Supplier<Optional<Leader>> leader) {
    /** Of a node that is alone. */
    public static Leading alone() {
        return new Leading(Optional.empty(), () -> true, Optional::empty);
    }

    /** Another node that leads; empty where this one does, or nobody is known to. */
    Optional<Leader> other() {
        return leads.getAsBoolean()
                ? Optional.empty()
                : leader.get().filter(node -> !node.name().equals(self.orElse("")));
    }
}
