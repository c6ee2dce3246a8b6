package io.dflockd.benchmarks.target;

import io.dflockd.benchmarks.library.LockClients;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server that runs as a process of its own, or as several, on ports of the loopback interface that were free. Ends with us. */
public final class Server implements Closeable {
    /** Long, since the program may have to be built first. */
    private static final Duration LONGEST_START = Duration.ofMinutes(3);

    private static final Duration LONGEST_STOP = Duration.ofSeconds(10);
    private static final double TICKS_PER_SECOND = 100;
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;

    private final Target target;
    /** What its nodes log and store. */
    private final Path folder;
    private final List<Place> places = new ArrayList<>();
    private final List<Process> processes = new CopyOnWriteArrayList<>();
    private final Thread guard;
    /** Which node is asked by those who ask one only. */
    private int asked;
    private @Nullable JvmProbe probe;

    private Server(Target target, Path folder) {
        this.target = target;
        this.folder = folder;
        guard = new Thread(() -> processes.forEach(Process::destroy), "guard of " + target.name());
        Runtime.getRuntime().addShutdownHook(guard);
    }

    /** Starts a server and returns when it can be used. */
    public static Server start(Target target) throws IOException, InterruptedException {
        var server = new Server(target, Files.createTempDirectory("bench-" + target.name() + "-"));
        try {
            server.startNodes();
            server.awaitStart();
            return server;
        } catch (IOException | InterruptedException e) {
            server.close();
            throw e;
        }
    }

    private void startNodes() throws IOException {
        for (int number = 1; number <= target.commands().size(); number++) {
            var data = Files.createDirectories(folder.resolve("node" + number).resolve("data"));
            Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------")); // etcd insists
            places.add(Place.free(data));
        }
        for (var place : places) {
            var builder = new ProcessBuilder(target.commandOf(place, places)).redirectErrorStream(true)
                    .redirectOutput(log(place).toFile());
            builder.environment().put("DFLOCKD_ADMIN_PORT", "off"); // of several servers one would have it, and the others not
            builder.environment().putAll(target.environment());
            try {
                processes.add(builder.start());
            } catch (IOException e) {
                throw new IOException(
                        target.name() + " cannot be started; bin/bench --install fetches what is missing", e);
            }
        }
    }

    public Target target() {
        return target;
    }

    /** That of its first node. */
    public long pid() {
        return processes.getFirst().pid();
    }

    /** That of the node which is to be asked by those who ask one only: of several the one that leads. */
    public int port() {
        return places.get(asked).port();
    }

    /** Those of all nodes. */
    public List<Integer> ports() {
        return places.stream().map(Place::port).toList();
    }

    /** Where operators ask, if its command says so. */
    public int adminPort() {
        return places.get(asked).adminPort();
    }

    public Dialect dialect() {
        return target.dialect();
    }

    /** What threads take locks through, one request after another. */
    public LockClients lockClients(Duration wait, Duration lease) throws IOException, InterruptedException {
        return dialect().lockClients(this, wait, lease);
    }

    public Wire connect() throws IOException {
        return Wire.connect(port());
    }

    /** The processor time that all its nodes have used so far. */
    public double cpuSeconds() throws IOException {
        double all = 0;
        for (var process : processes) {
            var stat = Files.readString(file(process, "stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            all += (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS])) / TICKS_PER_SECOND;
        }
        return all;
    }

    /** The memory of its first node that is resident. */
    public long residentKib() throws IOException {
        for (var line : Files.readAllLines(file(processes.getFirst(), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.substring("VmRSS:".length(), line.length() - "kB".length()).strip());
            }
        }
        throw new IOException(target.name() + " has no resident memory");
    }

    /** From now on tells what the server's JVM allocates, if it is one and has no other nodes. Costs it some memory. */
    public void watchGarbage() throws IOException {
        if (processes.size() == 1 && JvmProbe.isJvm(pid())) {
            probe = JvmProbe.attach(pid(), folder.resolve("gc"));
        }
    }

    /** The garbage so far, if it is being watched. */
    public Optional<Garbage> garbage() throws IOException {
        return probe == null ? Optional.empty() : Optional.of(probe.read());
    }

    private static Path log(Place place) {
        return place.data().resolveSibling("log");
    }

    private static Path file(Process process, String name) {
        return Path.of("/proc", Long.toString(process.pid()), name);
    }

    private void awaitStart() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        while (true) {
            try {
                asked = target.dialect().begin(ports());
                return;
            } catch (IOException e) {
                boolean allLive = processes.stream().allMatch(Process::isAlive);
                if (!allLive || System.nanoTime() > deadline) {
                    throw new IOException("%s does not start: %s".formatted(target.name(), logs()), e);
                }
                processes.getFirst().waitFor(50, TimeUnit.MILLISECONDS);
            }
        }
    }

    private String logs() throws IOException {
        var all = new StringBuilder();
        for (var place : places) {
            all.append(Files.readString(log(place)));
        }
        return all.toString();
    }

    private static void delete(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Ends the processes, waits until they are gone, and deletes what they stored. */
    @Override
    public void close() {
        try {
            if (probe != null) {
                probe.close();
            }
        } catch (IOException e) {
            // It is gone already, which is what comes next.
        }
        processes.forEach(Process::destroy);
        try {
            for (var process : processes) {
                if (!process.waitFor(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            }
            Runtime.getRuntime().removeShutdownHook(guard);
            delete(folder);
        } catch (InterruptedException e) {
            processes.forEach(Process::destroyForcibly);
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            // We are being shut down ourselves, so the guard is at work.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
