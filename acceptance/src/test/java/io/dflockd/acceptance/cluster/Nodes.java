package io.dflockd.acceptance.cluster;

import io.dflockd.acceptance.ServerProcess;
import io.dflockd.protocol.Members;
import io.dflockd.testkit.Eventually;
import io.dflockd.testkit.FreePorts;
import io.dflockd.testkit.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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
    /** What starts each, in front of the program. */
    private final List<String> starter;
    private final @Nullable Hosts hosts;
    private final int[] ports = new int[COUNT];
    /** Where operators ask; 0 where they do not. */
    private final int[] adminPorts = new int[COUNT];
    private final String members;
    private final AtomicReferenceArray<ServerProcess> running = new AtomicReferenceArray<>(COUNT);

    private Nodes(List<String> starter, Path program, Path folder, @Nullable Hosts hosts) {
        this.starter = starter;
        this.program = program;
        this.folder = folder;
        this.hosts = hosts;
        var text = new StringBuilder();
        for (int i = 0; i < COUNT; i++) {
            ports[i] = FreePorts.one();
            text.append(i == 0 ? "" : ",")
                    .append(name(i))
                    .append('=')
                    .append(address(i))
                    .append(':')
                    .append(FreePorts.inARow(2));
        }
        this.members = text.toString();
    }

    /** Returns when all listen; what they keep is in folders in that folder. */
    public static Nodes start(Path program, Path folder) {
        return start(new Nodes(List.of(), program, folder, null));
    }

    /** As the other, each with these options for the JVM. */
    public static Nodes startWith(String forJava, Path program, Path folder) {
        return start(new Nodes(List.of("env", "DFLOCKD_JAVA_OPTS=" + forJava), program, folder, null));
    }

    /** As the other, each with an admin listener. */
    public static Nodes startWithAdmin(Path program, Path folder) {
        var nodes = new Nodes(List.of(), program, folder, null);
        Arrays.setAll(nodes.adminPorts, node -> FreePorts.one());
        return start(nodes);
    }

    /** As the other, each on a host of its own. */
    public static Nodes start(Path program, Path folder, Hosts hosts) {
        return start(new Nodes(List.of(), program, folder, hosts));
    }

    private static Nodes start(Nodes nodes) {
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
        running.set(node,
                ServerProcess.startBy(hosts == null ? starter : hosts.in(node), program, ports[node], "--cluster",
                        members, "--node",
                        name(node), "--data-dir", folder.resolve(name(node)).toString(),
                        "--peer-insecure", Boolean.toString(hosts != null),
                        "--admin-port", adminPorts[node] == 0 ? "off" : Integer.toString(adminPorts[node])));
    }

    /** All of them, as a client names one cluster. */
    public String addresses() {
        return IntStream.range(0, COUNT).mapToObj(this::address).collect(Collectors.joining(","));
    }

    /** One of them, as a client names it. */
    public String address(int node) {
        return host(node) + ":" + ports[node];
    }

    /** One of them. */
    public InetSocketAddress socketAddress(int node) {
        return new InetSocketAddress(host(node), ports[node]);
    }

    /** Where its operators ask. */
    public int adminPort(int node) {
        return adminPorts[node];
    }

    private String host(int node) {
        return hosts == null ? "127.0.0.1" : hosts.address(node);
    }

    /** From now on what it sends to the others disappears, or what they send to it, or both. For nodes that have hosts. */
    public void cut(int node, boolean sends, boolean receives) {
        others(node).forEach(other -> {
            if (sends) {
                onHosts().cut(node, other);
            }
            if (receives) {
                onHosts().cut(other, node);
            }
        });
    }

    /** Undoes {@link #cut}. */
    public void mend(int node, boolean sends, boolean receives) {
        others(node).forEach(other -> {
            if (sends) {
                onHosts().mend(node, other);
            }
            if (receives) {
                onHosts().mend(other, node);
            }
        });
    }

    private static IntStream others(int node) {
        return IntStream.range(0, COUNT).filter(other -> other != node);
    }

    private Hosts onHosts() {
        return Objects.requireNonNull(hosts, "nodes without hosts");
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
