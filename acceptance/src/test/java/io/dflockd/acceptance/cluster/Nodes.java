package io.dflockd.acceptance.cluster;

import io.dflockd.acceptance.ServerProcess;
import io.dflockd.protocol.Members;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.FreePorts;
import io.dflockd.testkit.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Three nodes of a cluster on this machine, each a process of its own, which are ended and started again. */
public final class Nodes implements AutoCloseable {
    public static final int COUNT = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(10);
    private static final Duration ANSWER = Duration.ofSeconds(2);

    private final Path program;
    private final Path folder;
    private final int[] ports = new int[COUNT];
    private final String members;
    private final AtomicReferenceArray<ServerProcess> running = new AtomicReferenceArray<>(COUNT);

    private Nodes(Path program, Path folder) {
        this.program = program;
        this.folder = folder;
        var text = new StringBuilder();
        for (int i = 0; i < COUNT; i++) {
            ports[i] = FreePorts.one();
            text.append(i == 0 ? "" : ",")
                    .append(name(i))
                    .append("=127.0.0.1:")
                    .append(ports[i])
                    .append(':')
                    .append(FreePorts.inARow(2));
        }
        this.members = text.toString();
    }

    /** Returns when all listen; what they keep is in folders in that folder. */
    public static Nodes start(Path program, Path folder) {
        var nodes = new Nodes(program, folder);
        var starting = IntStream.range(0, COUNT)
                .mapToObj(node -> CompletableFuture.runAsync(() -> nodes.start(node),
                        task -> new Thread(task, "start-" + name(node)).start()))
                .toList();
        try {
            starting.forEach(CompletableFuture::join);
        } catch (RuntimeException e) {
            nodes.close();
            throw e;
        }
        return nodes;
    }

    /** What a node is called. */
    public static String name(int node) {
        return "n" + (node + 1);
    }

    /** Starts it, and returns when it listens. */
    public void start(int node) {
        running.set(node, ServerProcess.startAt(program, ports[node], "--cluster", members, "--node", name(node),
                "--data-dir", folder.resolve(name(node)).toString()));
    }

    /** All of them, as a client names one cluster. */
    public String addresses() {
        return IntStream.range(0, COUNT).mapToObj(this::address).collect(Collectors.joining(","));
    }

    /** One of them, as a client names it. */
    public String address(int node) {
        return "127.0.0.1:" + ports[node];
    }

    /** One of them. */
    public InetSocketAddress socketAddress(int node) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), ports[node]);
    }

    /** Who leads, as soon as some node knows. */
    public int leader() {
        var found = new int[]{-1};
        Eventually.await("a leader", PATIENCE, POLL, () -> IntStream.range(0, COUNT).anyMatch(node -> {
            found[0] = leaderAccordingTo(node);
            return found[0] >= 0;
        }));
        return found[0];
    }

    /** Returns when this node passes clients on to a leader, or leads. */
    public void awaitServes(int node) {
        Eventually.await(name(node) + " knows a leader", PATIENCE, POLL, () -> leaderAccordingTo(node) >= 0);
    }

    /** Negative where it does not say. */
    private int leaderAccordingTo(int node) {
        try (var client = WireClient.connect(socketAddress(node))) {
            @Nullable String answer = client.send("cluster", "_", "").line(ANSWER);
            @Nullable Members told = answer == null || !answer.startsWith("ok ")
                    ? null
                    : Members.parse(answer.substring(3));
            for (int i = 0; told != null && i < COUNT; i++) {
                if (told.leader().equals(name(i))) {
                    return i;
                }
            }
            return -1;
        } catch (UncheckedIOException e) {
            return -1; // it is not there
        }
    }

    /** Its process dies. */
    public void kill(int node) {
        running.get(node).process().destroyForcibly();
        awaitEnd(node);
    }

    /** Its process is told to stop, as by an operator. */
    public void terminate(int node) {
        running.get(node).process().destroy();
    }

    /** Returns when its process is gone. */
    public void awaitEnd(int node) {
        try {
            running.get(node).process().waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Nothing of it runs until {@link #resume}. */
    public void pause(int node) {
        signal(node, "STOP");
    }

    /** It goes on. */
    public void resume(int node) {
        signal(node, "CONT");
    }

    private void signal(int node, String name) {
        try {
            var kill = new ProcessBuilder("kill", "-" + name, Long.toString(running.get(node).process().pid())).start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException(name(node) + " cannot be sent SIG" + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The names of those that run. */
    public Set<String> alive() {
        return IntStream.range(0, COUNT)
                .filter(node -> running.get(node) != null && running.get(node).process().isAlive())
                .mapToObj(Nodes::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What a node has logged since it was last started. */
    public String log(int node) {
        return String.join("\n", running.get(node).log());
    }

    @Override
    public void close() {
        for (int i = 0; i < COUNT; i++) {
            @Nullable ServerProcess process = running.get(i);
            if (process != null) {
                process.process().destroyForcibly();
            }
        }
    }
}
