package io.dflockd.replication;

import io.dflockd.engine.Engine;
import io.dflockd.engine.order.ClusterReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/** What this node says of itself to whoever asks how the cluster is. Thread-safe; reads the disk. */
final class OwnDetails {
    private final String version;
    private final long mostStateBytes;
    private final Voter voter;
    private final LogMachine machine;
    private final DiskSpace disk;

    OwnDetails(String version, long mostStateBytes, Voter voter, LogMachine machine, DiskSpace disk) {
        this.version = version;
        this.mostStateBytes = mostStateBytes;
        this.voter = voter;
        this.machine = machine;
        this.disk = disk;
    }

    /** Empty before the start. */
    Optional<ClusterReport.Details> read() {
        RaftServer.@Nullable Division division = voter.division();
        return division == null
                ? Optional.empty()
                : Optional.of(new ClusterReport.Details(
                        version, Engine.NEWEST_RULES, mostStateBytes, disk(division)));
    }

    private ClusterReport.Disk disk(RaftServer.Division division) {
        try {
            long logBytes = bytesIn(division.getRaftStorage().getStorageDir().getCurrentDir().toPath());
            SnapshotStorage.@Nullable Stored latest = machine.snapshots().latest().orElse(null);
            var snapshot = latest == null ? null : snapshot(latest);
            return new ClusterReport.Disk(logBytes, Optional.ofNullable(snapshot), disk.free());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ClusterReport.@Nullable Snapshot snapshot(SnapshotStorage.Stored stored) throws IOException {
        if (!Files.exists(stored.path())) {
            return null; // a newer one has just taken its place
        }
        long age = System.currentTimeMillis() - Files.getLastModifiedTime(stored.path()).toMillis();
        return new ClusterReport.Snapshot(stored.head().index(), Files.size(stored.path()), Math.max(0, age));
    }

    private static long bytesIn(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.mapToLong(file -> file.toFile().length()).sum(); // 0 of one that is let go meanwhile
        }
    }
}
