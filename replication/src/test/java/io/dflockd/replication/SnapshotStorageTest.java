package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.engine.Effects;
import io.dflockd.engine.Engine;
import io.dflockd.engine.RandomHistory;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotStorageTest {
    private static final long SEED = System.nanoTime();

    @TempDir private Path folder;
    private final SnapshotStorage storage = new SnapshotStorage();
    private final SplittableRandom random = new SplittableRandom(SEED);

    @Test
    void anEngineComesBackAsItWas() throws Exception {
        storage.open(folder);
        var history = new RandomHistory(SEED);
        var engine = engine(history, 2_000);

        var stored = storage.add(new SnapshotHead(1, 2, 3, 4), engine::writeSnapshot);

        assertThat(stored.path()).isEqualTo(folder.resolve("snapshot.2_3"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(stored.path()))).isEqualTo("rw-------");
        assertThat(SnapshotFile.verify(stored.path())).isEqualTo(new SnapshotHead(1, 2, 3, 4));
        var read = SnapshotFile.read(stored.path(), Engine::readSnapshot);
        assertThat(octets(read)).as("seed " + SEED).isEqualTo(octets(engine));
    }

    @Test
    void twoAreKept() throws Exception {
        storage.open(folder);
        assertThat(storage.getLatestSnapshot()).isNull();
        for (int i = 1; i <= 4; i++) {
            add(i, "content");
            assertThat(storage.oldest().isPresent()).isEqualTo(i > 1);
        }
        assertThat(names()).containsExactly("snapshot.7_3", "snapshot.7_4");
        assertThat(storage.latest().orElseThrow().head().index()).isEqualTo(4);
        assertThat(storage.oldest().orElseThrow().head().index()).isEqualTo(3);
        var latest = storage.getLatestSnapshot();
        assertThat(latest).isNotNull();
        assertThat(latest.getTerm()).isEqualTo(7);
        assertThat(latest.getFiles().get(0).getPath()).isEqualTo(folder.resolve("snapshot.7_4"));

        var again = new SnapshotStorage();
        again.open(folder);
        assertThat(again.latest()).isEqualTo(storage.latest());
        assertThat(again.oldest()).isEqualTo(storage.oldest());
    }

    /** One came from the leader while an older one was being written. */
    @Test
    void theNewestIsTheOneThatGoesFurthest() throws Exception {
        storage.open(folder);
        add(2, "content");
        add(9, "content");

        add(5, "content");

        assertThat(storage.latest().orElseThrow().head().index()).isEqualTo(9);
        assertThat(names()).containsExactly("snapshot.7_5", "snapshot.7_9");
    }

    @Test
    void oneThatIsBeingWrittenIsNotSeen() throws Exception {
        storage.open(folder);
        add(1, "content");

        storage.add(new SnapshotHead(1, 7, 2, 0), out -> {
            out.writeBytes("half of it");
            assertThat(names()).contains("snapshot.7_2.tmp");
            assertThat(storage.latest().orElseThrow().head().index()).isEqualTo(1);
        });

        assertThat(storage.latest().orElseThrow().head().index()).isEqualTo(2);
    }

    @Test
    void oneThatFailsLeavesNothing() throws Exception {
        storage.open(folder);
        add(1, "content");

        assertThatThrownBy(() -> storage.add(new SnapshotHead(1, 7, 2, 0), out -> {
            out.writeBytes("half of it");
            throw new IOException("No space left on device");
        })).hasMessage("No space left on device");

        assertThat(names()).containsExactly("snapshot.7_1");
        assertThat(storage.latest().orElseThrow().head().index()).isEqualTo(1);
    }

    @Test
    void whatACrashOrRatisLeftIsClearedAway() throws Exception {
        storage.open(folder);
        add(1, "content");
        Files.writeString(folder.resolve("snapshot.7_2.tmp"), "half");
        Files.writeString(folder.resolve("snapshot.7_1.md5"), "from the leader");

        storage.reopen();

        assertThat(names()).containsExactly("snapshot.7_1");
        assertThat(storage.latest().orElseThrow().head().index()).isEqualTo(1);
    }

    @Test
    void theOlderOneIsUsedWhereTheNewerOneIsBad() throws Exception {
        storage.open(folder);
        add(1, "content");
        var newer = add(2, "content");
        var octets = Files.readAllBytes(newer);
        octets[octets.length / 2] ^= 1;
        Files.write(newer, octets);

        storage.reopen();

        assertThat(names()).containsExactly("snapshot.7_1", "snapshot.7_2.bad");
        assertThat(storage.latest().orElseThrow().head().index()).isEqualTo(1);
        assertThat(storage.oldest()).isEmpty();
    }

    @Test
    void everyChangedByteAndEveryCutIsNoticed() throws Exception {
        storage.open(folder);
        var file = add(1, "some content");
        var octets = Files.readAllBytes(file);
        for (int at = 0; at < octets.length; at++) {
            var changed = octets.clone();
            changed[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, changed);
            assertThatThrownBy(() -> SnapshotFile.verify(file)).isInstanceOf(BrokenSnapshotException.class);
            Files.write(file, Arrays.copyOf(octets, at));
            assertThatThrownBy(() -> SnapshotFile.verify(file)).isInstanceOf(BrokenSnapshotException.class);
        }
        Files.write(file, Arrays.copyOf(octets, octets.length + 1));
        assertThatThrownBy(() -> SnapshotFile.verify(file)).isInstanceOf(BrokenSnapshotException.class);
    }

    @Test
    void oneUnderAnotherNameIsNotBelieved() throws Exception {
        storage.open(folder);
        Files.move(add(1, "content"), folder.resolve("snapshot.7_9"));

        storage.reopen();

        assertThat(storage.latest()).isEmpty();
        assertThat(names()).containsExactly("snapshot.7_9.bad");
    }

    /** Putting it aside would start the node without its state. */
    @Test
    void oneOfALaterFormatStops() throws Exception {
        storage.open(folder);
        var file = add(1, "content");
        var octets = Files.readAllBytes(file);
        octets[5] = 2;
        var checksum = new CRC32C();
        checksum.update(octets, 0, octets.length - 4);
        ByteBuffer.wrap(octets).putInt(octets.length - 4, (int) checksum.getValue());
        Files.write(file, octets);

        assertThatThrownBy(storage::reopen).isInstanceOf(DataFolderException.class)
                .hasMessage(
                        file + ": has format 2, this program reads format 1; start the version that wrote it");
        assertThat(names()).containsExactly("snapshot.7_1");
    }

    private Path add(long index, String content) throws IOException {
        return storage.add(new SnapshotHead(1, 7, index, 0), out -> out.writeBytes(content)).path();
    }

    private List<String> names() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Engine engine(RandomHistory history, int steps) {
        var engine = new Engine(history.limits(), 0);
        var effects = new Effects();
        for (int i = 0; i < steps; i++) {
            var entry = history.next(engine);
            engine.apply(entry.timeMs(), entry.action(), effects);
            effects.clear();
        }
        return engine;
    }

    private static byte[] octets(Engine engine) throws IOException {
        var octets = new ByteArrayOutputStream();
        engine.writeSnapshot(new DataOutputStream(octets));
        return octets.toByteArray();
    }
}
