package io.dflockd.benchmarks.target;

import io.dflockd.benchmarks.library.LockClients;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server that runs as a process of its own, on a port of the loopback interface that was free. Ends with us. */
public final class Server implements Closeable {
    /** Long, since the program may have to be built first. */
    private static final Duration LONGEST_START = Duration.ofMinutes(3);

    private static final Duration LONGEST_STOP = Duration.ofSeconds(10);
    private static final double TICKS_PER_SECOND = 100;
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;

    private final Target target;
    private final Process process;
    private final int port;
    private final int adminPort;
    /** Its log, and what it stores. */
    private final Path folder;
    private final Thread guard;
    private @Nullable JvmProbe probe;

    private Server(Target target, Process process, int port, int adminPort, Path folder) {
        this.target = target;
        this.process = process;
        this.port = port;
        this.adminPort = adminPort;
        this.folder = folder;
        guard = new Thread(process::destroy, "guard of " + target.name());
        Runtime.getRuntime().addShutdownHook(guard);
    }

    /** Starts a server and returns when it can be used. */
    public static Server start(Target target) throws IOException, InterruptedException {
        int port = freePort();
        int adminPort = freePort();
        var folder = Files.createTempDirectory("bench-" + target.name() + "-");
        var data = Files.createDirectory(folder.resolve("data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------")); // etcd insists
        var builder = new ProcessBuilder(target.commandFor(port, adminPort, data)).redirectErrorStream(true)
                .redirectOutput(log(folder).toFile());
        builder.environment().put("DFLOCKD_ADMIN_PORT", "off"); // of several servers one would have it, and the others not
        builder.environment().putAll(target.environment());
        var server = new Server(target, start(target, builder, folder), port, adminPort, folder);
        try {
            server.awaitStart();
            return server;
        } catch (IOException | InterruptedException e) {
            server.close();
            throw e;
        }
    }

    private static Process start(Target target, ProcessBuilder builder, Path folder) throws IOException {
        try {
            return builder.start();
        } catch (IOException e) {
            delete(folder);
            throw new IOException(target.name() + " cannot be started; bin/bench --install fetches what is missing", e);
        }
    }

    public Target target() {
        return target;
    }

    public long pid() {
        return process.pid();
    }

    public int port() {
        return port;
    }

    /** Where operators ask, if its command says so. */
    public int adminPort() {
        return adminPort;
    }

    public Dialect dialect() {
        return target.dialect();
    }

    /** What threads take locks through, one request after another. */
    public LockClients lockClients(Duration wait, Duration lease) throws IOException, InterruptedException {
        return dialect().lockClients(port, wait, lease);
    }

    public Wire connect() throws IOException {
        return Wire.connect(port);
    }

    /** The processor time that it has used so far. */
    public double cpuSeconds() throws IOException {
        var stat = Files.readString(processFile("stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS])) / TICKS_PER_SECOND;
    }

    /** The memory of it that is resident. */
    public long residentKib() throws IOException {
        for (var line : Files.readAllLines(processFile("status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.substring("VmRSS:".length(), line.length() - "kB".length()).strip());
            }
        }
        throw new IOException(target.name() + " has no resident memory");
    }

    /** From now on tells what the server's JVM allocates, if it is one. Costs it some memory. */
    public void watchGarbage() throws IOException {
        if (JvmProbe.isJvm(pid())) {
            probe = JvmProbe.attach(pid(), folder.resolve("gc"));
        }
    }

    /** The garbage so far, if it is being watched. */
    public Optional<Garbage> garbage() throws IOException {
        return probe == null ? Optional.empty() : Optional.of(probe.read());
    }

    private static Path log(Path folder) {
        return folder.resolve("log");
    }

    private Path processFile(String name) {
        return Path.of("/proc", Long.toString(process.pid()), name);
    }

    private void awaitStart() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        while (true) {
            try (var wire = connect()) {
                target.dialect().prepare(wire);
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IOException(
                            "%s does not start: %s".formatted(target.name(), Files.readString(log(folder))),
                            e);
                }
                process.waitFor(50, TimeUnit.MILLISECONDS);
            }
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Ends the process, waits until it is gone, and deletes what it stored. */
    @Override
    public void close() {
        try {
            if (probe != null) {
                probe.close();
            }
        } catch (IOException e) {
            // It is gone already, which is what comes next.
        }
        process.destroy();
        try {
            if (!process.waitFor(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
            Runtime.getRuntime().removeShutdownHook(guard);
            delete(folder);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            // We are being shut down ourselves, so the guard is at work.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
