package io.dflockd.replication;

import static io.dflockd.replication.JournalOnFolder.WIDE;
import static io.dflockd.replication.JournalOnFolder.ask;
import static io.dflockd.replication.JournalOnFolder.signal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.engine.Action;
import io.dflockd.engine.Command;
import io.dflockd.engine.End;
import io.dflockd.engine.Mode;
import io.dflockd.engine.RandomHistory;
import io.dflockd.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a {@code Journal} promises, kept by one with a log on a disk. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class RaftJournalTest {
    private static final Duration HOLD_BACK = Duration.ofMillis(LogClock.HOLD_BACK_MS);
    private static final int MIB = 1 << 20;
    private static final long NOON = 1_800_000_000_000_000L;

    @TempDir private Path parent;
    private final AtomicLong nanos = new AtomicLong(-5);

    @Test
    void whatAThreadHandsInIsAppliedInItsOrder() throws Exception {
        try (var node = start()) {
            handIn(node, 1, 5_000);

            node.await(() -> node.actions.size() == 5_000);
            assertThat(node.actions).extracting(Action::request).isEqualTo(numbers(5_000));
        }
    }

    @Test
    void whatSeveralThreadsHandInIsAppliedOnceEachAndInTheOrderOfEach() throws Exception {
        try (var node = start()) {
            var threads = new ArrayList<Thread>();
            for (int t = 1; t <= 8; t++) {
                int connection = t;
                threads.add(Thread.ofPlatform().start(() -> handIn(node, connection, 1_000)));
            }
            for (var thread : threads) {
                thread.join();
            }

            node.await(() -> node.actions.size() >= 8_000);
            for (long t = 1; t <= 8; t++) {
                long connection = t;
                assertThat(node.actions.stream().filter(action -> action.connection() == connection))
                        .extracting(Action::request)
                        .isEqualTo(numbers(1_000));
            }
            assertThat(node.actions).hasSize(8_000);
            assertThat(node.applier.batches).as("many share a batch").isLessThan(4_000);
        }
    }

    @Test
    void nothingIsAppliedBeforeItIsBegun() throws Exception {
        try (var node = start()) {
            node.apply(signal(1, 1, "x"));
        }
        try (var node = open(new EngineApplier(WIDE))) {
            assertThat(node.applier.applied).isZero();
            assertThat(node.journal.standing().leads()).isFalse();

            node.begin();

            assertThat(node.actions).hasSize(1);
            assertThat(node.journal.standing().leads()).isTrue();
        }
    }

    /** Also where another thread cannot wait to hand something in. */
    @Test
    void theTermIsOpenedAfterAllOfEarlierTermsAndBeforeAllThatIsHandedIn() throws Exception {
        long earlier;
        try (var node = start()) {
            earlier = node.applier.term;
            handIn(node, 1, 300);
        }
        var node = open(new EngineApplier(WIDE));
        var ended = new CountDownLatch(1);
        var other = Thread.ofPlatform().start(() -> {
            for (int i = 1; ended.getCount() > 0; i++) {
                node.journal.submit(signal(2, i, "y"));
                node.journal.endTurn();
            }
        });
        try (node) {
            var opened = new ArrayList<Integer>();
            node.applier.before = action -> {
                if (action.command() instanceof Command.OpenTerm open && open.term() > earlier) {
                    opened.add(node.actions.size());
                }
            };
            node.begin();
            node.await(() -> node.actions.size() > 301);

            assertThat(opened).containsExactly(300);
            assertThat(node.applier.term).isGreaterThan(earlier);
            assertThat(node.applier.engine().term()).isEqualTo(node.applier.term);
            assertThat(node.applier.events).containsExactly("lead");
        } finally {
            ended.countDown();
            other.join();
        }
    }

    /** Whatever the time of day is then, and whatever the limits. */
    @Test
    void aRestartGivesTheSameEngine() throws Exception {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        for (int run = 0; run < 2; run++) {
            var history = new RandomHistory(random.nextLong());
            var folder = parent.resolve("run" + run);
            byte[] octets = {};
            long term = 0;
            for (int life = 0; life < 3; life++) {
                var applier = new EngineApplier(history.limits());
                var before = octetsBeforeTerm(applier, term);
                long wallMicros = random.nextLong(0, NOON);
                try (var node = new JournalOnFolder(folder, applier, nanos, wallMicros).begin()) {
                    if (life > 0) {
                        assertThat(before.get()).as("seed " + seed).isEqualTo(octets);
                    }
                    term = applier.term;
                    live(node, history, random);
                }
                octets = applier.octets();
            }
        }
    }

    private void live(JournalOnFolder node, RandomHistory history, SplittableRandom random) {
        for (int i = 0; i < 300; i++) {
            var action = history.next(node.applier.engine()).action();
            if (action.command() instanceof Command.OpenTerm) {
                continue;
            }
            boolean grants = action.command() instanceof Command.Acquire || action.command() instanceof Command.Enqueue;
            node.journal.submit(new Action(grants ? action.salt() : 0, action.connection(), action.session(),
                    action.request(), action.received(), action.command()));
            if (random.nextInt(10) == 0) {
                int before = node.applier.batches;
                node.journal.endTurn();
                node.await(() -> node.applier.batches > before);
                node.pass(Duration.ofMillis(random.nextInt(700)));
            }
        }
        node.journal.endTurn();
    }

    /** What the engine is before the first term that is later than this one. */
    private static AtomicReference<byte[]> octetsBeforeTerm(EngineApplier applier, long term) {
        var octets = new AtomicReference<byte[]>();
        applier.before = action -> {
            if (action.command() instanceof Command.OpenTerm open && open.term() > term && octets.get() == null) {
                try {
                    octets.set(applier.octets());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
        return octets;
    }

    @Test
    void timeStandsStillOverARestartSoThatNoLeaseEndsEarly() throws Exception {
        long timeMs;
        try (var node = start()) {
            node.pass(HOLD_BACK);
            node.apply(ask(1, new Command.Acquire("k", Mode.WRITE, 1, 0, 10_000, true)));
            node.pass(Duration.ofSeconds(4));
            node.apply(signal(1, 1, "x"));
            timeMs = node.applier.nowMs();
            assertThat(timeMs).isEqualTo(4_000);
        }
        nanos.addAndGet(Duration.ofHours(3).toNanos());
        try (var node = start()) {
            assertThat(node.journal.timeMs()).isEqualTo(timeMs);
            node.pass(HOLD_BACK);
            node.apply(signal(1, 1, "x"));
            assertThat(node.applier.nowMs()).isEqualTo(timeMs);
            node.pass(Duration.ofMillis(5_999));
            node.apply(signal(1, 2, "x"));
            assertThat(node.applier.nowMs()).isEqualTo(9_999);
            assertThat(node.applier.engine().census().holds()).isOne();
            node.pass(Duration.ofMillis(1));
            node.apply(signal(1, 3, "x"));
            assertThat(node.applier.engine().census().holds()).isZero();
        }
    }

    @Test
    void aLeaseEndsThoughNobodyHandsAnythingIn() throws Exception {
        try (var node = start()) {
            node.apply(ask(1, new Command.Acquire("k", Mode.WRITE, 1, 0, 10_000, true)));
            node.pass(HOLD_BACK.plusSeconds(10));

            node.await(() -> node.applier.nowMs() >= 10_000);

            assertThat(node.applier.engine().census().holds()).isZero();
        }
    }

    /** Another one, begun later, ticks meanwhile, and would tick later. */
    @Test
    void nothingIsWrittenWhileNothingHasADeadline() throws Exception {
        try (var node = start();
                var other = new JournalOnFolder(parent.resolve("other"), new EngineApplier(WIDE), nanos, NOON)) {
            node.apply(ask(1, new Command.SetValue("k", "v", 0)));
            int batches = node.applier.batches;
            node.pass(Duration.ofHours(1));
            other.begin();
            other.apply(ask(1, new Command.SetValue("k", "v", Duration.ofHours(9).toMillis())));
            int ticks = other.applier.batches;
            other.await(() -> other.applier.batches > ticks + 1);

            assertThat(node.applier.batches).isEqualTo(batches);
        }
    }

    /** What takes no notice of it goes on for a while. */
    @Test
    void itIsFullWhereTooMuchWaitsAndLaterNotAnyMore() throws Exception {
        try (var node = start()) {
            var gate = new CountDownLatch(1);
            node.applier.before = action -> passThrough(gate);
            var payload = "x".repeat(MIB);
            long most = Math.min(64, Runtime.getRuntime().maxMemory() / 16 / MIB);
            for (int i = 1; i <= 90; i++) {
                assertThat(node.journal.isFull()).as("after " + (i - 1) + " MiB").isEqualTo(i - 1 >= most);
                node.journal.submit(signal(1, i, payload));
                node.journal.endTurn();
            }
            gate.countDown();

            node.await(() -> node.actions.size() == 90);
            assertThat(node.actions).extracting(Action::request).isEqualTo(numbers(90));
            assertThat(node.journal.isFull()).isFalse();
            assertThat(node.failures).isEmpty();
        }
    }

    @Test
    void whatIsHandedInWhileSomethingIsAppliedIsAppliedToo() throws Exception {
        try (var node = start()) {
            node.applier.before = action -> {
                if (action.connection() != Action.DRIVER && action.request() < 100) {
                    node.journal.submit(signal(2, action.request() + 1, "y"));
                }
            };
            node.journal.submit(signal(1, 1, "x"));
            node.journal.endTurn();

            node.await(() -> node.actions.size() == 100);
            assertThat(node.actions).extracting(Action::request).isEqualTo(numbers(100));
        }
    }

    @Test
    void aTurnIsAsLongAsItIs() throws Exception {
        try (var node = start()) {
            int batches = node.applier.batches;
            for (int i = 1; i <= 50; i++) {
                node.journal.submit(signal(1, i, "x".repeat(100_000)));
            }
            node.journal.submit(signal(1, 51, "x".repeat(17 * MIB)));
            node.journal.submit(signal(1, 52, "x"));
            node.journal.endTurn();

            node.await(() -> node.actions.size() == 52);
            assertThat(node.actions).extracting(Action::request).isEqualTo(numbers(52));
            assertThat(node.applier.batches).isGreaterThan(batches + 4);
        }
    }

    /** The log goes on in a new file now and then, for which there is no place. */
    @Test
    void aLogThatCannotBeWrittenIsTheEnd() throws Exception {
        try (var node = start()) {
            var current = currentFolder();
            Files.move(current, current.resolveSibling("elsewhere"));
            for (int i = 1; i <= 60 && node.failures.isEmpty(); i++) {
                node.journal.submit(signal(1, i, "x".repeat(MIB)));
                node.journal.endTurn();
            }
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (node.failures.isEmpty()) {
                assertThat(System.nanoTime()).as("in time").isLessThan(end);
                LockSupport.parkNanos(1_000_000);
            }
            node.journal.submit(signal(1, 100, "x"));
            node.journal.endTurn();
            node.close();

            assertThat(node.applier.events).startsWith("lead").doesNotHaveDuplicates();
            assertThat(node.failures).hasSize(1);
            assertThat(node.failures.get(0)).isInstanceOf(IOException.class)
                    .hasMessageStartingWith(folder() + ": the log ");
            assertThat(node.actions).extracting(Action::request).doesNotContain(100L);
        }
    }

    @Test
    void closeDecidesWhatIsUnderWay() throws Exception {
        var node = start();
        handIn(node, 1, 2_000);
        node.close();

        assertThat(node.actions).extracting(Action::request).isEqualTo(numbers(2_000));
        handIn(node, 2, 10);
        node.close();
        assertThat(node.actions).hasSize(2_000);
        assertThat(node.failures).isEmpty();
        try (var next = start()) {
            assertThat(next.actions).hasSize(2_000);
        }
    }

    @Test
    void oneThatWasNeverBegunIsClosedAsWell() throws Exception {
        open(new EngineApplier(WIDE)).close();

        try (var node = start()) {
            node.apply(signal(1, 1, "x"));
        }
    }

    @Test
    void aDamagedLogIsNotBegun() throws Exception {
        try (var node = start()) {
            handIn(node, 1, 499);
            node.apply(signal(2, 1, "behind them, as what is broken at the end is what a power cut leaves"));
        }
        var log = logFile();
        var octets = Files.readAllBytes(log);
        octets[octets.length / 3] ^= 1;
        Files.write(log, octets);

        assertThatThrownBy(() -> open(new EngineApplier(WIDE)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(log.getFileName().toString());

        octets[octets.length / 3] ^= 1;
        Files.write(log, octets);
        try (var node = start()) {
            assertThat(node.actions).as("the folder is free again").hasSize(500);
        }
    }

    /** Nobody else has it, and it is no torn end: a record behind it says that it was decided. */
    @Test
    void damageOfTheLatestBatchIsFoundToo() throws Exception {
        try (var node = start()) {
            node.apply(signal(1, 1, "answered"));
            Eventually.await("a record behind it", Duration.ofSeconds(20), () -> bytesBehind("answered") > 24);
        }
        var log = logFile();
        var octets = Files.readAllBytes(log);
        octets[indexOf(octets, "answered")] ^= 1;
        Files.write(log, octets);

        assertThatThrownBy(() -> open(new EngineApplier(WIDE)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(log.getFileName().toString());
    }

    /** How many bytes are written behind that text; its own record ends with fewer. */
    private int bytesBehind(String text) {
        byte[] octets;
        try {
            octets = Files.readAllBytes(logFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int end = octets.length;
        while (end > 0 && octets[end - 1] == 0) {
            end--;
        }
        int at = indexOf(octets, text);
        return at < 0 ? 0 : end - at - text.length();
    }

    private static int indexOf(byte[] octets, String text) {
        return new String(octets, StandardCharsets.ISO_8859_1).indexOf(text);
    }

    private Path logFile() throws IOException {
        try (var files = Files.list(currentFolder())) {
            return files.filter(file -> file.getFileName().toString().startsWith("log_")).findFirst().orElseThrow();
        }
    }

    @Test
    void whatCannotBeAppliedIsNotBegun() throws Exception {
        try (var node = start()) {
            handIn(node, 1, 5);
        }
        var node = open(new EngineApplier(WIDE));
        node.applier.isSound = false;

        assertThatThrownBy(node::begin)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(folder() + ": ")
                .hasMessageContaining("not sound");

        node.close();
        assertThat(node.failures).hasSize(1);
        try (var next = start()) {
            assertThat(next.actions).hasSize(5);
        }
    }

    /** An action that no record holds is its caller's fault, and nobody else's. */
    @Test
    void anActionThatIsTooLongIsRefused() throws Exception {
        try (var node = start()) {
            node.journal.submit(signal(1, 1, "x"));
            assertThatThrownBy(() -> node.journal.submit(signal(1, 2, "x".repeat(25 * MIB))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("bytes");
            node.journal.submit(ask(2, new Command.Push("list", End.LEFT, "v")));
            node.journal.endTurn();

            node.await(() -> node.actions.size() == 2);
        }
    }

    private JournalOnFolder start() throws IOException {
        return open(new EngineApplier(WIDE)).begin();
    }

    private JournalOnFolder open(EngineApplier applier) throws IOException {
        return new JournalOnFolder(folder(), applier, nanos, NOON);
    }

    private Path folder() {
        return parent.resolve("data");
    }

    private Path currentFolder() throws IOException {
        try (var files = Files.walk(folder())) {
            return files.filter(file -> file.getFileName().toString().equals("current")).findFirst().orElseThrow();
        }
    }

    /** Numbered from 1, in turns of some. */
    private static void handIn(JournalOnFolder node, long connection, int count) {
        var random = new SplittableRandom(connection);
        for (int i = 1; i <= count; i++) {
            node.journal.submit(signal(connection, i, "x"));
            if (random.nextInt(8) == 0) {
                node.journal.endTurn();
            }
        }
        node.journal.endTurn();
    }

    private static void passThrough(CountDownLatch gate) {
        try {
            assertThat(gate.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Long> numbers(int count) {
        return LongStream.rangeClosed(1, count).boxed().toList();
    }
}
