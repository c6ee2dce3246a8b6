package io.dflockd.acceptance.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Hosts of their own for some nodes, on this machine: network namespaces of Linux behind this process, which forwards between
 * them and can stop doing so, one way too. Packets disappear then; nobody is told. This process reaches all of them, always.
 *
 * <p>The process must be in a network namespace that nobody else uses, in which it may do anything: {@link #ALONE}.
 */
public final class Hosts implements AutoCloseable {
    /** What a program is started with that is to have hosts. */
    public static final List<String> ALONE = List.of("unshare", "--user", "--map-root-user", "--net");

    private static final String NETWORK = "10.88.";
    private static final int PATIENCE_SECONDS = 20;

    private final List<Process> anchors = new ArrayList<>();

    private Hosts() {}

    /** Whether this machine lets its users have such hosts. */
    public static boolean arePermitted() {
        var command = new ArrayList<>(ALONE);
        command.addAll(List.of("sh", "-c", "ip link set lo up && echo 1 > /proc/sys/net/ipv4/ip_forward"
                + " && ip link add v0 type veth peer name p0 && ip rule add from 10.88.0.2 to 10.88.1.2 blackhole"));
        try {
            return end(start(command)) == 0;
        } catch (UncheckedIOException e) {
            return false; // there is no such program
        }
    }

    /** So many hosts, which reach each other. */
    public static Hosts start(int count) {
        var hosts = new Hosts();
        try {
            run("ip link set lo up");
            run("echo 1 > /proc/sys/net/ipv4/ip_forward");
            for (int i = 0; i < count; i++) {
                hosts.add(i);
            }
            return hosts;
        } catch (RuntimeException e) {
            hosts.close();
            throw e;
        }
    }

    private void add(int host) {
        // It ends when this process does, and its namespace with it.
        var anchor = start(List.of("unshare", "--net", "sh", "-c", "echo ready; exec cat"));
        anchors.add(anchor);
        try {
            if (anchor.getInputStream().read() < 0) {
                throw new IllegalStateException("no namespace for a host");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run("ip link add v%d type veth peer name p%d && ip link set p%d netns %d && ip addr add %s dev v%d && ip link set v%d up"
                .formatted(host, host, host, anchor.pid(), NETWORK + host + ".1/30", host, host));
        run(String.join(" ", in(host)) + " sh -c 'ip link set lo up && ip addr add " + address(host)
                + "/30 dev p" + host + " && ip link set p" + host + " up && ip route add default via " + NETWORK + host
                + ".1'");
    }

    /** Where whoever is on this host is found by all others. */
    public String address(int host) {
        return NETWORK + host + ".2";
    }

    /** What a program is started with to be on this host. */
    public List<String> in(int host) {
        return List.of("nsenter", "--net=/proc/" + anchors.get(host).pid() + "/ns/net");
    }

    /** What one sends to the other disappears from now on. */
    public void cut(int from, int to) {
        run("ip rule add from " + address(from) + " to " + address(to) + " blackhole");
    }

    /** It arrives again. */
    public void mend(int from, int to) {
        run("ip rule del from " + address(from) + " to " + address(to) + " blackhole");
    }

    private static void run(String command) {
        var process = start(List.of("sh", "-c", command + " 2>&1"));
        if (end(process) != 0) {
            throw new IllegalStateException(command + ": " + said(process));
        }
    }

    private static Process start(List<String> command) {
        try {
            return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int end(Process process) {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("not done in " + PATIENCE_SECONDS + " s: " + said(process));
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String said(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        anchors.forEach(Process::destroyForcibly);
    }
}
