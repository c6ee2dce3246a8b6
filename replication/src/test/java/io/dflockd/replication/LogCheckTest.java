package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real files of Ratis: closed ones, and the last, of which a copy was taken while it was open. */
@Timeout(120)
class LogCheckTest {
    private static final long SEED = System.nanoTime();
    private static final int SUBMITTED = 300;
    private static final Path CURRENT = Path.of(OneVoter.GROUP.getUuid().toString(), "current");

    @TempDir private static Path origin;
    private static Path openFile;
    private static byte[] open;
    /** Where each record of the open file begins, and behind the last. */
    private static List<Integer> records;

    @TempDir private Path folder;
    private final SplittableRandom random = new SplittableRandom(SEED);

    @BeforeAll
    static void writeALog(@TempDir Path folder) throws Exception {
        var properties = new RaftSettings(folder, "127.0.0.1", 0, Duration.ofMillis(50), true).properties();
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf("8KB"));
        RaftServerConfigKeys.Log.setPreallocatedSize(properties, SizeInBytes.valueOf("4KB"));
        var machine = new RecordingMachine(true);
        try (var voter = new OneVoter(properties, machine)) {
            assertThat(machine.ready.await(20, TimeUnit.SECONDS)).isTrue();
            var replies = new ArrayList<CompletableFuture<RaftClientReply>>();
            for (int i = 0; i < SUBMITTED; i++) {
                replies.add(voter.submit(i + " " + "x".repeat(i % 90)));
            }
            for (var reply : replies) {
                reply.get(10, TimeUnit.SECONDS);
            }
            copy(folder, origin);
        }
        openFile = origin.resolve(CURRENT).relativize(only("log_inprogress_*"));
        open = Files.readAllBytes(origin.resolve(CURRENT).resolve(openFile));
        records = recordsOf(open);
        assertThat(records).hasSizeGreaterThan(5);
        try (var closed = Files.newDirectoryStream(origin.resolve(CURRENT), "log_*-*")) {
            assertThat(closed).hasSizeGreaterThan(1);
        }
    }

    @Test
    void aWholeLogIsLeftAsItIs() throws Exception {
        copy(origin, folder);

        var result = check();

        assertThat(result.cutAt()).isEmpty();
        assertThat(result.records()).isEqualTo(result.nextIndex()).isGreaterThan(SUBMITTED);
        assertThat(current().resolve(openFile)).hasBinaryContent(open);
    }

    @Test
    void noLogIsFine() throws Exception {
        assertThat(check()).isEqualTo(new LogCheck.Result(0, 0, 0, Optional.empty()));
    }

    /** As after a process that was killed: the file ends anywhere. */
    @Test
    void aTailThatEndsAnywhereIsCut() throws Exception {
        copy(origin, folder);
        long all = check().records();
        int end = records.get(records.size() - 1);
        for (int length = end - 1; length >= 0; length -= 1 + random.nextInt(20)) {
            Files.write(current().resolve(openFile), Arrays.copyOf(open, length));

            var result = check();

            int whole = whole(length);
            assertThat(result.records()).as("seed %d, length %d", SEED, length)
                    .isEqualTo(all - records.size() + 1 + whole);
            assertThat(check())
                    .isEqualTo(new LogCheck.Result(result.records(), 0, result.nextIndex(), Optional.empty()));
        }
    }

    /** As after a power cut: the room of the file was reserved, and of the last record only some pages were written. */
    @Test
    void aTornRecordWithAnythingBehindItIsCut() throws Exception {
        copy(origin, folder);
        int last = records.get(records.size() - 2);
        int end = records.get(records.size() - 1);
        for (int i = 0; i < 100; i++) {
            var torn = Arrays.copyOf(open, open.length + 500);
            int tear = random.nextInt(last, end - 1);
            Arrays.fill(torn, tear, torn.length, (byte) 0);
            if (random.nextBoolean()) {
                var garbage = new byte[random.nextInt(1, 400)];
                random.nextBytes(garbage);
                System.arraycopy(garbage, 0, torn, random.nextInt(tear, torn.length - garbage.length), garbage.length);
            }
            Files.write(current().resolve(openFile), torn);

            check();

            assertThat(whole(Files.readAllBytes(current().resolve(openFile)))).as("seed %d", SEED)
                    .isEqualTo(records.size() - 2);
        }
    }

    @Test
    void aChangedByteBeforeAWholeRecordStops() throws Exception {
        copy(origin, folder);
        int last = records.get(records.size() - 2);
        for (int at = 0; at < last; at += at < 100 ? 1 : 1 + random.nextInt(20)) {
            var changed = open.clone();
            changed[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(current().resolve(openFile), changed);

            int begin = at < records.get(0) ? 0 : records.get(whole(at));
            assertThatThrownBy(this::check)
                    .as("seed %d, byte %d", SEED, at)
                    .isInstanceOf(DataFolderException.class)
                    .hasMessageStartingWith(
                            current().resolve(openFile) + ": is damaged at byte " + begin + ": it has no")
                    .hasMessageContaining("but a later one at byte ");
            assertThat(current().resolve(openFile)).as("it is left as it is").hasBinaryContent(changed);
        }
    }

    @Test
    void aChangedByteInTheLastRecordCutsIt() throws Exception {
        copy(origin, folder);
        int last = records.get(records.size() - 2);
        for (int at = last; at < records.get(records.size() - 1); at++) {
            var changed = open.clone();
            changed[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(current().resolve(openFile), changed);

            assertThat(check().cutAt()).as("seed %d, byte %d", SEED, at).contains((long) last);
        }
    }

    @Test
    void anyChangedByteInAClosedFileStops() throws Exception {
        copy(origin, folder);
        try (var closed = Files.newDirectoryStream(current(), "log_*-*")) {
            for (var file : closed) {
                var content = Files.readAllBytes(file);
                int end = recordsOf(content).getLast();
                for (int i = 0; i < 150; i++) {
                    var changed = content.clone();
                    changed[random.nextInt(end)] ^= (byte) (1 << random.nextInt(8));
                    Files.write(file, changed);

                    assertThatThrownBy(this::check).as("seed %d", SEED)
                            .isInstanceOf(DataFolderException.class)
                            .hasMessageStartingWith(file + ": is damaged at byte ");
                }
                Files.write(file, Arrays.copyOf(content, end - 1));
                assertThatThrownBy(this::check).isInstanceOf(DataFolderException.class);
                Files.write(file, content);
            }
        }
        check();
    }

    @Test
    void aMissingFileStops() throws Exception {
        copy(origin, folder);
        var closed = closedFiles(current());
        Files.delete(closed.get(1));

        assertThatThrownBy(this::check).isInstanceOf(DataFolderException.class)
                .hasMessageContaining("but the files before end with " + (start(closed.get(1)) - 1));
    }

    @Test
    void aLogThatBeginsAfterTheSnapshotIsRefused() throws Exception {
        var result = new LogCheck.Result(10, 21, 31, Optional.empty());

        result.requireFrom(folder, 20);
        result.requireFrom(folder, 25);
        assertThatThrownBy(() -> result.requireFrom(folder, 19)).hasMessageStartingWith(
                folder + ": begins with record 21, and the newest whole snapshot ends with record 19; ");
        assertThatThrownBy(() -> result.requireFrom(folder, -1)).hasMessageStartingWith(
                folder + ": begins with record 21, and there is no whole snapshot; ");
    }

    @Test
    void aLossThatIsAcceptedLeavesWhatIsBeforeIt() throws Exception {
        for (int i = 0; i < 3; i++) {
            var place = folder.resolve(Integer.toString(i));
            copy(origin, place);
            var current = place.resolve(CURRENT);
            var file = i == 0 ? current.resolve(openFile) : closedFiles(current).get(i - 1);
            var changed = Files.readAllBytes(file);
            var all = recordsOf(changed);
            int bad = random.nextInt(all.size() - 2);
            changed[all.get(bad) + 3] ^= 1;
            Files.write(file, changed);

            var result = LogCheck.check(current, RaftSettings.MAX_RECORD, true);

            assertThat(result.cutAt()).as("seed " + SEED).contains((long) all.get(bad));
            assertThat(current.resolve("lost_" + file.getFileName())).hasBinaryContent(changed);
            assertThat(LogCheck.check(current, RaftSettings.MAX_RECORD, false).records()).isEqualTo(result.records());
            var machine = new RecordingMachine(true);
            try (var voter = new OneVoter(place, machine)) {
                assertThat(machine.ready.await(20, TimeUnit.SECONDS)).isTrue();
                assertThat(voter.division().getRaftLog().getNextIndex()).isGreaterThan(result.nextIndex());
            }
            assertThat(machine.applied.size()).isLessThanOrEqualTo((int) result.records());
        }
    }

    /** What the check lets pass, Ratis opens, and has all of it. */
    @Test
    void ratisOpensWhatIsLeft() throws Exception {
        for (int i = 0; i < 4; i++) {
            var place = folder.resolve(Integer.toString(i));
            copy(origin, place);
            var torn = Arrays.copyOf(open, open.length + 3_000);
            int tear = random.nextInt(records.get(records.size() - 1));
            Arrays.fill(torn, tear, torn.length, (byte) 0);
            torn[torn.length - 1 - random.nextInt(2_000)] = 17;
            Files.write(place.resolve(CURRENT).resolve(openFile), torn);
            var result = LogCheck.check(place.resolve(CURRENT), RaftSettings.MAX_RECORD, false);
            assertThat(result.cutAt()).isPresent();

            var machine = new RecordingMachine(true);
            try (var voter = new OneVoter(place, machine)) {
                assertThat(machine.ready.await(20, TimeUnit.SECONDS)).isTrue();
                voter.submit("more").get(10, TimeUnit.SECONDS);
                assertThat(voter.division().getRaftLog().getNextIndex()).isGreaterThan(result.nextIndex());
            }
            assertThat(machine.applied.getLast()).isEqualTo("more");
            var before = machine.applied.subList(0, machine.applied.size() - 1);
            assertThat(before).allMatch(text -> text.startsWith(before.indexOf(text) + " "));
        }
    }

    private LogCheck.Result check() throws IOException {
        return LogCheck.check(current(), RaftSettings.MAX_RECORD, false);
    }

    private Path current() {
        return folder.resolve(CURRENT);
    }

    private static int whole(int length) {
        return (int) IntStream.range(1, records.size()).filter(i -> records.get(i) <= length).count();
    }

    private static int whole(byte[] content) {
        return recordsOf(content).size() - 1;
    }

    /** A reader of its own. */
    private static List<Integer> recordsOf(byte[] content) {
        var found = new ArrayList<Integer>();
        int at = 8;
        found.add(at);
        while (at < content.length && content[at] != 0) {
            int length = content[at] & 0x7f;
            int bytes = 1;
            while (content[at + bytes - 1] < 0) {
                length |= (content[at + bytes] & 0x7f) << (7 * bytes);
                bytes++;
            }
            at += bytes + length + 4;
            found.add(at);
        }
        return found;
    }

    private static List<Path> closedFiles(Path current) throws IOException {
        var closed = new ArrayList<Path>();
        try (var files = Files.newDirectoryStream(current, "log_*-*")) {
            files.forEach(closed::add);
        }
        closed.sort((a, b) -> Long.compare(start(a), start(b)));
        return closed;
    }

    private static long start(Path file) {
        return Long.parseLong(file.getFileName().toString().replaceAll("log_(\\d+)-.*", "$1"));
    }

    private static Path only(String glob) throws IOException {
        try (var files = Files.newDirectoryStream(origin.resolve(CURRENT), glob)) {
            return files.iterator().next();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : (Iterable<Path>) files::iterator) {
                var target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (!file.endsWith("in_use.lock")) {
                    Files.copy(file, target);
                }
            }
        }
    }
}
