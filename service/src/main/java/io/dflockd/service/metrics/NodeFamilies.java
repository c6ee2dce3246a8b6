package io.dflockd.service.metrics;

import io.dflockd.engine.order.Operations;
import io.dflockd.engine.order.Standing;
import io.dflockd.service.Version;
import java.util.Map;
import java.util.Optional;

/** How the process is, and which part it has in its cluster. */
final class NodeFamilies {
    private NodeFamilies() {}

    static void addTo(Families families, boolean ready, boolean draining, Map<String, Long> certificateEnds) {
        families.info("dflockd_build_info", "Which program this is.",
                family -> family.add(1, "version", Version.current(), "java", Runtime.version().toString()));
        families.gauge("dflockd_ready", "1 where clients should be sent here, else 0.",
                family -> family.add(oneIf(ready)));
        families.gauge("dflockd_draining", "1 where no new work is taken, else 0.",
                family -> family.add(oneIf(draining)));
        families.gauge("dflockd_certificate_expiry_timestamp_seconds",
                "When the certificate ends that is shown, by the port.",
                family -> certificateEnds.forEach((listener, at) -> family.add(at, "listener", listener)));
    }

    static void addClusterTo(Families families, Standing standing, Optional<Operations> operations) {
        if (standing.members().isEmpty()) {
            return;
        }
        families.gauge("dflockd_node_role", "1 for the part that this node has in its cluster.",
                family -> family.add(oneIf(standing.leads()), "role", "leader")
                        .add(oneIf(!standing.leads()), "role", "follower"));
        families.gauge("dflockd_raft_leader", "1 where this node knows who leads, else 0.",
                family -> family.add(oneIf(standing.leads() || standing.leader().isPresent())));
        families.gauge("dflockd_raft_term", "The latest term that this node knows of.",
                family -> family.add(standing.term()));
        operations.ifPresent(known -> {
            families.gauge("dflockd_raft_last_applied", "The place in the log up to which this node has applied all.",
                    family -> family.add(known.applied()));
            families.histogram("dflockd_raft_commit_seconds",
                    "How long it took this node, while it led, until a batch that it proposed was applied.",
                    family -> family.addNanos(known.commitTimes()));
        });
    }

    private static double oneIf(boolean condition) {
        return condition ? 1 : 0;
    }
}
