package io.dflockd.replication;

import io.dflockd.engine.EngineLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a node keeps its state.
 *
 * @param folder has all of it, and nothing else
 * @param syncs whether a batch is on the disk before what is in it is answered; else only the kernel has it
 * @param acceptsLoss whether to start where a part of the log is damaged, without what stood behind it; a member of a
 *     cluster never does, as others rely on it
 * @param longestRecovery how long reading all of it may take
 * @param limits which hold from now on, whatever held before; a cluster begins with those of the first that leads it, and keeps
 *     them until {@link io.dflockd.engine.order.Operations#change}
 * @param cluster of which this node is; empty where it is alone
 * @param restore a copy of a snapshot with which a folder begins that is empty; empty to begin with nothing
 * @param minFreeBytes how much room the disk must have, else nothing is added; empty for what is usual beside the snapshots
 */
public record StorageSettings(
        Path folder,
        boolean syncs,
        boolean acceptsLoss,
        Duration longestRecovery,
        EngineLimits limits,
        Optional<ClusterSettings> cluster,
        Optional<Path> restore,
        OptionalLong minFreeBytes) {
    /** Of a node that begins with nothing where its folder is empty. */
    public StorageSettings(
            Path folder,
            boolean syncs,
            boolean acceptsLoss,
            Duration longestRecovery,
            EngineLimits limits,
            Optional<ClusterSettings> cluster,
            OptionalLong minFreeBytes) {
        this(folder, syncs, acceptsLoss, longestRecovery, limits, cluster, Optional.empty(), minFreeBytes);
    }

    /** The same, but an empty folder begins with what is in this file. */
    StorageSettings restoring(Path file) {
        return new StorageSettings(
                folder, syncs, acceptsLoss, longestRecovery, limits, cluster, Optional.of(file), minFreeBytes);
    }
}
