package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceptionTest {
    @TempDir private Path folder;

    /** Killed while Ratis put the folder of a snapshot that came in the place of that of the others. */
    @Test
    void aFolderThatWasMovedAwayIsPutBackWhereNoneTookItsPlace() throws Exception {
        var snapshots = folder.resolve("sm");
        snapshot("sm.tmp20260102-030405_006", 7);

        Reception.recover(snapshots);

        assertThat(SnapshotStorage.latestIndex(snapshots)).isEqualTo(7);
        assertThat(Reception.files(folder)).containsExactly(snapshots);
    }

    @Test
    void aFolderThatWasMovedAwayIsNotPutBackWhereAnotherTookItsPlace() throws Exception {
        snapshot("sm.tmp20260102-030405_006", 7);
        snapshot("sm", 9);

        Reception.recover(folder.resolve("sm"));

        assertThat(SnapshotStorage.latestIndex(folder.resolve("sm"))).isEqualTo(9);
        assertThat(Reception.files(folder)).as("nobody wants it").containsExactly(folder.resolve("sm"));
    }

    @Test
    void theOneThatGoesFurthestIsWhole() throws Exception {
        var reception = new Reception(folder.resolve("tmp"));
        assertThat(reception.whole()).isEmpty();
        digest(snapshot("tmp/snapshot-1", 7));
        var whole = digest(snapshot("tmp/snapshot-2", 12));
        snapshot("tmp/snapshot-3", 13);

        assertThat(reception.whole()).contains(whole);
    }

    @Test
    void whatWasBrokenOffGoesButForTheLatestWhichMayGoOn() throws Exception {
        var storage = new SnapshotStorage();
        storage.open(Files.createDirectory(folder.resolve("sm")), new Reception(folder.resolve("tmp")));
        storage.makeRoom();
        for (int i : new int[]{1, 3, 2}) {
            var attempt = snapshot("tmp/snapshot-" + i, 7).getParent();
            Files.setLastModifiedTime(attempt, FileTime.fromMillis(1_000L * i));
        }

        storage.makeRoom();

        assertThat(Reception.files(folder.resolve("tmp"))).containsExactly(folder.resolve("tmp/snapshot-3"));
    }

    private Path snapshot(String in, long index) throws IOException {
        return SnapshotFile.write(Files.createDirectories(folder.resolve(in)), new SnapshotHead(1, 1, index, 0),
                out -> out.writeBytes("content"));
    }

    private static Path digest(Path snapshot) throws IOException {
        Files.createFile(snapshot.resolveSibling(snapshot.getFileName() + ".md5"));
        return snapshot;
    }
}
