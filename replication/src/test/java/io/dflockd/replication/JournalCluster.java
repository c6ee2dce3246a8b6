package io.dflockd.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.engine.order.Node;
import io.dflockd.engine.order.Operations;
import io.dflockd.engine.order.Operations.Verdict;
import io.dflockd.testkit.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Some members with real journals, on free ports of the loopback interface. */
final class JournalCluster implements AutoCloseable {
    static final long DEADLINE_SECONDS = 30;

    private static final long NOON = 1_700_000_000_000_000L;

    final List<Node> members;
    private final Path parent;
    private final Duration electionTimeout;
    private final IntFunction<Optional<PeerTls>> tls;
    private final @Nullable JournalOnFolder[] nodes;
    /** Stands where no test moves it. */
    private final AtomicLong nanos = new AtomicLong();

    JournalCluster(Path parent, int count, Duration electionTimeout, IntFunction<Optional<PeerTls>> tls)
            throws IOException {
        this.parent = parent;
        this.electionTimeout = electionTimeout;
        this.tls = tls;
        members = members(count);
        nodes = new JournalOnFolder[count];
    }

    static List<Node> members(int count) throws IOException {
        var found = new ArrayList<Node>();
        for (int i = 0; i < count; i++) {
            found.add(new Node("n" + (i + 1), "client.example:" + (7_001 + i), "localhost:" + FreePorts.one()));
        }
        return found;
    }

    StorageSettings settings(int node) {
        return settings(folder(node), members, "n" + (node + 1), Duration.ofSeconds(DEADLINE_SECONDS), tls.apply(node));
    }

    StorageSettings settings(
            Path folder, List<Node> told, String self, Duration longest, Optional<PeerTls> security) {
        return new StorageSettings(folder, true, false, longest, JournalOnFolder.WIDE,
                Optional.of(new ClusterSettings(told, self, electionTimeout, security)), OptionalLong.empty());
    }

    Path folder(int node) {
        return parent.resolve("n" + (node + 1));
    }

    JournalOnFolder open(StorageSettings settings) throws IOException {
        return new JournalOnFolder(settings, new EngineApplier(JournalOnFolder.WIDE), nanos, NOON);
    }

    /** Each begins when all are there. */
    JournalCluster startAll() throws Exception {
        return startAll(IntStream.range(0, members.size()).mapToObj(this::settings).toList());
    }

    JournalCluster startAll(List<StorageSettings> settings) throws Exception {
        var begun = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < members.size(); i++) {
            begun.add(starting(i, settings.get(i)));
        }
        for (var one : begun) {
            one.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        }
        return this;
    }

    CompletableFuture<Void> starting(int node) throws IOException {
        return starting(node, settings(node));
    }

    CompletableFuture<Void> starting(int node, StorageSettings settings) throws IOException {
        var opened = open(settings);
        nodes[node] = opened;
        var begun = new CompletableFuture<Void>();
        // Not in the pool that all share: Ratis starts in that.
        Thread.ofPlatform().daemon().start(() -> {
            try {
                opened.begin();
                begun.complete(null);
            } catch (IOException | RuntimeException e) {
                begun.completeExceptionally(e);
            }
        });
        return begun;
    }

    /** The first of them are a cluster. */
    JournalCluster startFirst(int count) throws Exception {
        var begun = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < count; i++) {
            begun.add(starting(i, settings(folder(i), members.subList(0, count), members.get(i).name(),
                    Duration.ofSeconds(DEADLINE_SECONDS), Optional.empty())));
        }
        for (var one : begun) {
            one.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        }
        return this;
    }

    /** Starts one that is told of itself and of these, and is to be added. */
    JournalOnFolder join(int node, Integer... present) throws Exception {
        joining(node, present).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        return node(node);
    }

    CompletableFuture<Void> joining(int node, Integer... present) throws IOException {
        var told = new ArrayList<>(Arrays.stream(present).map(members::get).toList());
        told.add(members.get(node));
        return starting(node,
                new StorageSettings(folder(node), true, false, Duration.ofSeconds(DEADLINE_SECONDS),
                        JournalOnFolder.WIDE,
                        Optional.of(new ClusterSettings(told, members.get(node).name(), electionTimeout,
                                Optional.empty(), true, "1.2.3", NodeRoom.ANY)),
                        OptionalLong.empty()));
    }

    /** One that has ended by itself. */
    void forget(int node) {
        node(node).close();
        nodes[node] = null;
    }

    JournalOnFolder start(int node) throws Exception {
        starting(node).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        return node(node);
    }

    JournalOnFolder node(int node) {
        var found = nodes[node];
        assertThat(found).isNotNull();
        return found;
    }

    void stop(int node) {
        node(node).close();
        assertThat(node(node).failures).isEmpty();
        nodes[node] = null;
    }

    void wipe(int node) throws IOException {
        try (var files = Files.walk(folder(node))) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Who leads, and has opened its term. */
    int leader() {
        int[] found = {-1};
        await(() -> {
            for (int i = 0; i < nodes.length; i++) {
                var node = nodes[i];
                if (node != null && node.journal.standing().leads()) {
                    found[0] = i;
                }
            }
            return found[0] >= 0;
        });
        return found[0];
    }

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    /** All that run have applied the same, and are at the same time. */
    void awaitSameState() {
        await(() -> {
            var first = Optional.<byte[]>empty();
            for (var node : nodes) {
                if (node != null) {
                    var octets = octets(node);
                    if (first.isPresent() && !Arrays.equals(first.get(), octets)) {
                        return false;
                    }
                    first = Optional.of(octets);
                }
            }
            return true;
        });
    }

    private static byte[] octets(JournalOnFolder node) {
        try {
            return node.applier.octets();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Not as the others wait: here a failure is what is wanted. */
    static void awaitEnd(List<Throwable> ended) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (ended.isEmpty()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    void await(JournalOnFolder.Condition condition) {
        await(condition, () -> "in time");
    }

    private void await(JournalOnFolder.Condition condition, Supplier<String> otherwise) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!condition.holds()) {
            for (var node : nodes) {
                if (node != null) {
                    assertThat(node.failures).isEmpty();
                }
            }
            assertThat(System.nanoTime()).as(otherwise).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Asked of whoever leads, as on a loaded machine the lead may move at any time. */
    void done(Function<Operations, Verdict> operation) {
        var said = new AtomicReference<Verdict>();
        await(() -> {
            said.set(operation.apply(operations()));
            return said.get().isDone();
        }, () -> "done in time, and not: " + said.get());
    }

    /** At whoever leads. */
    Operations operations() {
        return node(leader()).journal.operations().orElseThrow();
    }

    @Override
    public void close() {
        for (var node : nodes) {
            if (node != null) {
                node.close();
            }
        }
    }
}
